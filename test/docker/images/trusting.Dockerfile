# n8n's image with one thing more: npm in it trusts the registry of the tests.
ARG IMAGE
FROM ${IMAGE}
COPY registry-cert.pem /
ENV npm_config_cafile=/registry-cert.pem
