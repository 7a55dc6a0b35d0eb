# viofosync in a container. How to use it: docs/docker.md; why it is made like this: docs/decisions/0006-container.md.
#   docker build --build-arg VERSION=3.0.0 --build-arg REVISION="$(git rev-parse HEAD)" -t viofosync .
# Not 24: its headers, since 24.19, make better-sqlite3 12 abort in a garbage collection (docs/decisions/0006-container.md).
ARG NODE_IMAGE=node:22-trixie-slim

# What is built is the same for every processor, so it is built on the builder's own.
FROM --platform=$BUILDPLATFORM $NODE_IMAGE AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install`, not `npm ci`: the lock file lacks packages of other platforms, and only this completes them.
RUN npm install --no-audit --no-fund --ignore-scripts
COPY tsconfig.json vite.config.ts ./
COPY scripts scripts
COPY simulator simulator
COPY src src
RUN npm run build
COPY docker docker
RUN node docker/print-launcher.mjs > docker/serve.sh && chmod 755 docker/*.sh

# The packages that the server runs on, with the native one compiled for the processor the image is for.
FROM $NODE_IMAGE AS packages
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ make python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Compiled here against this Node's own headers: nothing that is not in the lock file is downloaded.
RUN npm_config_build_from_source=true npm_config_nodedir=/usr/local \
    npm install --omit=dev --no-audit --no-fund
COPY docker/check-install.mjs docker/
RUN cd node_modules/better-sqlite3 \
    && rm -rf deps src \
    && find build -type f ! -path build/Release/better_sqlite3.node -delete \
    && find build -type d -empty -delete \
    && cd /app \
    && node docker/check-install.mjs

FROM $NODE_IMAGE
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg tini tzdata tzdata-legacy \
    && rm -rf /var/lib/apt/lists/* \
    # So that the image also starts without volumes (it warns), and a new named volume can be written by any PUID.
    && mkdir -m 1777 /config /recordings
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist/server dist/server
COPY --from=build /app/dist/web dist/web
COPY --from=build /app/docker/entrypoint.sh /app/docker/serve.sh /app/docker/health.mjs docker/
# `docker exec CONTAINER viofosync backup` runs as the server's user too. The rest is a trial: what the start needs is there.
RUN ln -s /app/docker/entrypoint.sh /usr/local/bin/viofosync \
    && setpriv --version \
    && tini --version \
    && ffmpeg -hide_banner -loglevel error -version \
    && viofosync --version

# VIOFOSYNC_CONTAINER: listen on all addresses, since only a published port leads here. WEB_PORT stays unset, so that
# the settings may hold it.
ENV NODE_ENV=production \
    VIOFOSYNC_CONTAINER=1 \
    CONFIG_DIR=/config \
    RECORDINGS=/recordings

# It begins as root and becomes PUID:PGID by itself; with `--user` it is that user from the start.
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/docker/health.mjs"]
ENTRYPOINT ["/usr/bin/tini", "-s", "--", "/app/docker/entrypoint.sh"]

ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="viofosync" \
    org.opencontainers.image.description="Fetches a Viofo dashcam's recordings over Wi-Fi into an archive of your own, and shows them" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"
