# One image for every process of the Centre: pages (gunicorn), sockets (daphne), due work (manage.py tick), migrations.
# docker-compose.yml says which is which; docs/operating.md says how to build and run it.

FROM python:3.11-slim-bookworm AS build

ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9 \
 && python -m venv --without-pip /opt/venv

WORKDIR /srv/centre
COPY requirements/app.txt requirements/
RUN uv pip install --quiet --python /opt/venv/bin/python --require-hashes -r requirements/app.txt

COPY . .
# `site/` and this folder are source roots: settings find locale/ beside them, so nothing is copied into site-packages.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/centre/site:/srv/centre \
    DJANGO_SETTINGS_MODULE=centre.settings \
    VAR_DIR=/srv/centre/var
# No database, no cache and no real secret is needed to make these; the key below is known to this line alone.
RUN export DEMO=1 SECRET_KEY=only-while-building \
 && python -c "import django; django.setup(); from centre.preparation import compile_messages; print(compile_messages())" \
 && python site/manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q site courses


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="Centre for Patient Leaders" \
      org.opencontainers.image.licenses="BSD-3-Clause"

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/centre/site:/srv/centre \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=centre.settings \
    VAR_DIR=/srv/centre/var

COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/centre /srv/centre
# The code belongs to root; the process can write uploads and nothing else.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin centre \
 && install -d -o centre -g centre /srv/centre/var/media

WORKDIR /srv/centre
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
  CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "centre.wsgi"]
