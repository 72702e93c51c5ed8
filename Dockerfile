# One image for web, worker, beat and every command. Nothing of the environment is baked in.

FROM python:3.11-slim-bookworm AS build
RUN python -m venv /venv
COPY requirements.txt /app/
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /app/requirements.txt
COPY . /app
WORKDIR /app
# The key signs nothing: it is made for this one command and forgotten.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" VAR_DIR=/tmp/var STATIC_ROOT=/srv/static \
    /venv/bin/python manage.py collectstatic --no-input \
 && /venv/bin/python -m compileall -q /app

FROM python:3.11-slim-bookworm
# Archive volumes as PDF: Pango and a Chinese font. Without them only the PDF is left out.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/portal --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 700 /var/lib/portal
COPY --from=build /venv /venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 VAR_DIR=/var/lib/portal STATIC_ROOT=/srv/static
WORKDIR /app
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.py", "portal.wsgi"]
