"""Charts in pyqtgraph, loaded when a chart is first opened."""
