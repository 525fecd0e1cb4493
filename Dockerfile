# The service: HTTP and MCP (sextant serve). Without settings it answers from the demo network; NAUTOBOT_URL and
# NAUTOBOT_TOKEN make it live.
#   docker build -t sextant-server .
#   docker run --rm --read-only --tmpfs /tmp --tmpfs /home/sextant:uid=10001 -e SEXTANT_OPEN=true -e SEXTANT_SERVE_HOSTNAMES=localhost \
#       -p 127.0.0.1:7001:7001 -v sextant-server:/data sextant-server
# SEXTANT_OPEN says that nobody has to show who they are: right where the port is published for this machine only, as here.
# For others set AUTH_MODE (docs/accounts.md). Nothing is written but in /data, where conversations, keys and the audit are.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/sextant
ENV PATH=/opt/sextant/bin:$PATH
WORKDIR /src
# First what seldom changes, so that a change of the program downloads nothing.
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY chainlit_app chainlit_app
COPY tools tools
COPY sextant sextant
COPY sextant_client sextant_client
COPY graphql graphql
COPY demo_fixtures demo_fixtures
RUN pip install --no-deps --no-build-isolation . \
    && python -m compileall -q /opt/sextant/lib

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 sextant && install -d -o 10001 -m 700 /data
COPY --from=build /opt/sextant /opt/sextant
ENV PATH=/opt/sextant/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SEXTANT_SERVE_HOST=0.0.0.0 \
    SEXTANT_SERVE_PORT=7001 SEXTANT_HISTORY=/data/history.db SEXTANT_AUDIT=/data/audit.db SEXTANT_LOG=json
USER 10001
WORKDIR /home/sextant
VOLUME /data
EXPOSE 7001
# A stop gives running answers SEXTANT_SERVE_STOP_SECONDS, which is less than the ten seconds after which an engine kills.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['SEXTANT_SERVE_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["sextant"]
CMD ["serve"]
