#!/usr/bin/env bash
# User data for Amazon Linux 2023: installs the LiveChat example as a systemd service.
# Needs beforehand: the repository unpacked at /opt/livechat (in the image, say) with its packages
# installed, Node.js at /usr/bin/node, the data volume mounted at /var/lib/livechat, and
# /usr/local/bin/watchdog-ready from docs/ready-event.md, which sends the ready event by the AWS CLI:
# the server runs it at the end of each start, once it takes chats. It may be run again.
set -euo pipefail

pod=${LIVECHAT_POD:-pod-23}
workspace=${LIVECHAT_WORKSPACE:-http://127.0.0.1:8090}

id livechat >/dev/null 2>&1 || useradd --system --no-create-home --shell /sbin/nologin livechat
install -d -o livechat -g livechat -m 0750 /var/lib/livechat/{journal,checkpoints}

cat >/usr/local/bin/livechat <<'SCRIPT'
#!/usr/bin/env bash
set -euo pipefail
cd /opt/livechat
exec /usr/bin/node --import tsx examples/livechat/main.ts "$@"
SCRIPT
chmod 0755 /usr/local/bin/livechat

cat >/etc/livechat.env <<SETTINGS
LIVECHAT_POD=${pod}
LIVECHAT_WORKSPACE=${workspace}
SETTINGS

cat >/etc/systemd/system/livechat.service <<'UNIT'
[Unit]
Description=LiveChat server
After=network-online.target
Wants=network-online.target
RequiresMountsFor=/var/lib/livechat
# systemd never gives up: a service in start-limit-hit could not be restarted by the watchdog either.
StartLimitIntervalSec=0

[Service]
User=livechat
EnvironmentFile=/etc/livechat.env
ExecStart=/usr/local/bin/livechat serve --port 8080 --journal /var/lib/livechat/journal \
  --workspace ${LIVECHAT_WORKSPACE} --pod ${LIVECHAT_POD} --on-ready /usr/local/bin/watchdog-ready
# A crash is systemd's, within seconds; what lasts is the watchdog's. Neither undoes the other: its
# restart is `systemctl restart`, and a stop by systemctl or by the machine is not undone.
Restart=always
RestartSec=2
# SIGTERM drains: flush, clients away, clean journal.
TimeoutStopSec=45
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
ReadWritePaths=/var/lib/livechat

[Install]
WantedBy=multi-user.target
UNIT

systemctl daemon-reload
systemctl enable --now livechat.service
