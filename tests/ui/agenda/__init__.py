"""The agenda by mouse and keyboard."""
