"""The Django project and its one app: mail kept and shown."""
