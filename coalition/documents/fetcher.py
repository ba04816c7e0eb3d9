"""What may a page load? Files that were handed over in memory, by their exact address.

No file of the disk and no network, ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from coalition.documents.order import Asset


class DataOnlyFetcher(URLFetcher):  # type: ignore[misc]  # a class without types
    """Serve the given assets; refuse every other address in a way that stops the rendering.

    WeasyPrint turns ordinary exceptions into a warning and goes on: a refusal must therefore be its fatal error, which
    is     a BaseException. Within an SVG it swallows even that, so what was refused is also kept in `refused`.
    """

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols=())
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the asset at `url`. Raises FatalURLFetchingError for everything else."""
        asset = self._assets.get(url)
        if asset is None:
            self.refused.append(url[:80])
            raise FatalURLFetchingError(url[:80])
        return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
