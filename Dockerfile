# The application with its browser. Runs as a user without rights; give the container an init (compose does), so that
# the browser's finished processes are reaped.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .puppeteerrc.cjs ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY server ./server
COPY widget ./widget
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium fonts-noto-color-emoji fonts-dejavu-core ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 chatdock \
 && install -d -o chatdock -g chatdock -m 0700 /data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY server ./server
COPY db ./db
COPY migrations ./migrations
# `npm run session` and `npm run organisation`.
COPY tools ./tools
ENV NODE_ENV=production CHATDOCK_HOST=0.0.0.0 CHATDOCK_PORT=8090 CHATDOCK_DATA=/data CHATDOCK_CHROMIUM=/usr/bin/chromium
USER chatdock
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8090/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.ts"]
