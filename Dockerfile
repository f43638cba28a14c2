# Trefoil as an image: docs/deploying.md says how to run it. Any Debian of trixie or newer may be under it.
ARG FROM=docker.io/library/debian:trixie-slim

FROM ${FROM} AS base
# Python, what backups of PostgreSQL are made and restored by, and whom to trust.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        python3 python3-venv postgresql-client ca-certificates > /dev/null \
    && rm -rf /var/lib/apt/lists/*

FROM base AS build
WORKDIR /srv/trefoil
# First what changes seldom. With an index of your own: --build-arg PIP_INDEX_URL=… --build-arg UV_DEFAULT_INDEX=…
ARG PIP_INDEX_URL UV_DEFAULT_INDEX
COPY requirements requirements
COPY bin/setup bin/setup
RUN bin/setup app && rm -rf .tools /root/.cache
COPY . .
# The root of a running image cannot be written: all that Python would compile is compiled here.
RUN bin/setup production && .venv/bin/python -m compileall -q -j 0 .
RUN rm -rf var .venv/.lock && mkdir var
# There is no git in it: --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT
RUN echo "$COMMIT" > COMMIT

FROM base
RUN useradd --uid 10001 --home-dir /srv/trefoil --no-create-home --shell /usr/sbin/nologin trefoil
WORKDIR /srv/trefoil
COPY --from=build /srv/trefoil .
RUN chown trefoil: var && chmod 700 var
USER trefoil
ENV BIND=0.0.0.0:8000
EXPOSE 8000
VOLUME /srv/trefoil/var
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s CMD [".venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["bin/serve", "all"]
