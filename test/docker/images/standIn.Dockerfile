# Stands in for n8n's image where that cannot be pulled: user, folders, settings and entrypoint are the
# same, as is BusyBox for a shell. It has the files of this machine, so glibc where n8n's image has musl.
ARG FILES
FROM ${FILES}
RUN ["/bin/busybox", "mkdir", "-p", "/sbin", "/usr/sbin", "/usr/local/bin", "/home/node/.n8n", "/tmp"]
RUN ["/bin/busybox", "--install", "-s"]
RUN echo 'root:x:0:0::/root:/bin/sh' > /etc/passwd \
	&& echo 'node:x:1000:1000::/home/node:/bin/sh' >> /etc/passwd \
	&& echo 'root:x:0:' > /etc/group \
	&& echo 'node:x:1000:' >> /etc/group \
	&& printf '#!/bin/sh\nexec n8n "$@"\n' > /docker-entrypoint.sh \
	&& chmod +x /docker-entrypoint.sh \
	&& ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm \
	&& ln -s ../lib/node_modules/n8n/bin/n8n /usr/local/bin/n8n \
	&& chown -R node:node /home/node \
	&& chmod 1777 /tmp
ENV NODE_ENV=production N8N_RELEASE_TYPE=stable SHELL=/bin/sh
WORKDIR /home/node
EXPOSE 5678/tcp
USER node
ENTRYPOINT ["tini", "--", "/docker-entrypoint.sh"]
