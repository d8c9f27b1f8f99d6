bind = "127.0.0.1:8000"
workers = 4
threads = 2
timeout = 60
graceful_timeout = 30
max_requests = 1000
pidfile = "/run/shop/gunicorn.pid"
forwarded_allow_ips = "127.0.0.1"
