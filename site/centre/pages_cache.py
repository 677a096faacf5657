"""The cache of whole pages, in a Redis that it shares with sessions of sockets and other caches."""

from django.core.cache.backends.redis import RedisCache


class PagesCache(RedisCache):
    def clear(self) -> bool:
        """Forget the pages alone. Django's own `clear` empties the whole Redis database."""
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=500):
            client.unlink(key)
        return True
