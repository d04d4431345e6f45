#!/bin/sh
# A private desktop inside dbus-run-session and Xvfb: window manager, notification server, then the program on a workspace.
# Arguments: python, workspace, log of the bus.
openbox >/dev/null 2>&1 &
for server in /usr/libexec/mate-notification-daemon /usr/lib/mate-notification-daemon/mate-notification-daemon; do
    if [ -x "$server" ]; then "$server" >/dev/null 2>&1 & break; fi
done
dbus-monitor --session "interface='org.freedesktop.Notifications'" >"$3" 2>&1 &
sleep 1
exec "$1" -m salesos_desktop --workspace "$2"
