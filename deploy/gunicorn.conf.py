"""How gunicorn serves pages. How many of it there are (`--workers`, `--threads`) is said in docker-compose.yml."""

bind = "0.0.0.0:8000"  # inside the container; only the proxy's network reaches it
timeout = 60  # seconds a worker may be silent
graceful_timeout = 30  # seconds to finish what is under way when stopped
keepalive = 30  # seconds; the proxy keeps its connections open
max_requests = 10_000  # a worker that leaks is replaced before anybody notices
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 - heartbeats in memory: a slow disk must not look like a hung worker
control_socket_disable = True
# Addresses and paths are about people: none are logged (docs/operating.md, "Logs").
accesslog = None
