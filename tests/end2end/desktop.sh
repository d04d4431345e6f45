#!/bin/sh
# A private desktop inside dbus-run-session and Xvfb: window manager, notification server, then the program on a workspace.
# Arguments: python, workspace, log of the bus.
openbox >/dev/null 2>&1 &
for server in /usr/libexec/mate-notification-daemon /usr/lib/mate-notification-daemon/mate-notification-daemon; do
    if [ -x "$server" ]; then "$server" >/dev/null 2>&1 & break; fi
done
printf %s "$DBUS_SESSION_BUS_ADDRESS" >"$(dirname "$3")/address"
for launcher in /usr/libexec/at-spi-bus-launcher /usr/lib/at-spi2-core/at-spi-bus-launcher; do
    if [ -x "$launcher" ]; then "$launcher" --launch-immediately >/dev/null 2>&1 & break; fi
done
export QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1
dbus-monitor --session "interface='org.freedesktop.Notifications'" >"$3" 2>&1 &
sleep 1
exec "$1" -m salesos_desktop --workspace "$2"
