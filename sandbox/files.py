"""Files that went through the sandbox: their identifiers, sizes and contents."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Final

from sandbox.errors import Declined, bad_request
from sandbox.limits import ALBUM_MAX, PHOTO_BYTES_MAX, UPLOAD_BYTES_MAX
from sandbox.params import Params, Upload

Json = dict[str, Any]

PREFIXES: Final = {
    "photo": "AgACAgIAAxkB", "document": "BQACAgIAAxkB", "video": "BAACAgIAAxkB",
    "audio": "CQACAgIAAxkB", "voice": "AwACAgIAAxkB", "animation": "CgACAgIAAxkB",
    "sticker": "CAACAgIAAxkB", "video_note": "DQACAgIAAxkB",
}  # fmt: skip
FOLDERS: Final = {
    "photo": "photos", "document": "documents", "video": "videos", "audio": "music",
    "voice": "voice", "animation": "animations", "sticker": "stickers",
    "video_note": "video_notes",
}  # fmt: skip
# Of these, one kind may be sent again as the other.
INTERCHANGEABLE: Final = frozenset((("animation", "document"), ("document", "animation")))
THUMBNAIL_SIDE: Final = 90


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    content: bytes
    path: str
    width: int = 0
    height: int = 0
    details: Json = field(default_factory=dict)

    @property
    def ids(self) -> Json:
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


class Files:
    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, upload: Upload, **details: Any) -> StoredFile:
        """Store an upload under identifiers of its own."""
        number = len(self._by_id) + 1
        digest = hashlib.sha256(b"%d:" % number + upload.content).digest()
        width, height = image_size(upload.content) or (0, 0)
        if kind == "photo" and not width:
            raise bad_request("IMAGE_PROCESS_FAILED")
        suffix = ".jpg" if kind == "photo" else PurePosixPath(upload.name).suffix
        stored = StoredFile(
            id=PREFIXES[kind] + base64.urlsafe_b64encode(digest[:27]).decode(),
            unique_id="AQAD" + base64.urlsafe_b64encode(digest[:9]).decode(),
            kind=kind,
            name=upload.name or f"file{suffix}",
            mime_type=upload.mime_type or _guessed(upload.name),
            content=upload.content,
            path=f"{FOLDERS[kind]}/file_{number}{suffix}",
            width=width,
            height=height,
            details=details,
        )
        self._by_id[stored.id] = stored
        self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def asked(self, kind: str, params: Params, name: str) -> StoredFile:
        """The file a request names, uploads or attaches."""
        upload = params.files.get(name)
        given = params.text(name)
        if upload is None and given.startswith("attach://"):
            upload = params.files.get(given.removeprefix("attach://"))
        if upload is not None:
            return self.keep(kind, _checked(kind, upload))
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        return self.known(kind, given)

    def known(self, kind: str, file_id: str) -> StoredFile:
        if "://" in file_id:
            raise bad_request("failed to get HTTP URL content")  # there is no web in the sandbox
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind and (stored.kind, kind) not in INTERCHANGEABLE:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored


def kind_of(upload: Upload) -> str:
    """As what an app would send a file that somebody chose."""
    match (upload.mime_type or _guessed(upload.name)).partition("/")[0]:
        case "image" if image_size(upload.content):
            return "photo"
        case "video" | "audio" as kind:
            return kind
        case _:
            return "document"


def albums(files: Sequence[StoredFile]) -> list[list[StoredFile]]:
    """Which stand together: photos with videos, else those of one kind; ten at most."""
    kinds = groupby(files, lambda stored: "photo" if stored.kind == "video" else stored.kind)
    together = [list(group) for _, group in kinds]
    return [
        group[at : at + ALBUM_MAX] for group in together for at in range(0, len(group), ALBUM_MAX)
    ]


def _guessed(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _checked(kind: str, upload: Upload) -> Upload:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > UPLOAD_BYTES_MAX:
        raise Declined(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.content) > PHOTO_BYTES_MAX:
        size = len(upload.content)
        raise bad_request(f"too big file: {size} bytes, at most {PHOTO_BYTES_MAX} for a photo")
    return upload


def describe(stored: StoredFile) -> Json:
    """What a message says about its file, under the name of its kind."""
    told: Json = {**stored.ids}
    details = stored.details
    match stored.kind:
        case "photo":
            return {"photo": _sizes(stored)}
        case "document":
            told |= {"file_name": stored.name, "mime_type": stored.mime_type}
        case "video":
            told |= {
                "width": details.get("width", 320), "height": details.get("height", 240),
                "duration": details.get("duration", 1), "mime_type": "video/mp4",
                "file_name": stored.name,
            }  # fmt: skip
        case "animation":
            told |= {
                "width": stored.width or 320, "height": stored.height or 240,
                "duration": details.get("duration", 1), "mime_type": "video/mp4",
                "file_name": stored.name,
            }  # fmt: skip
        case "audio":
            told |= {
                "duration": details.get("duration", 1), "mime_type": "audio/mpeg",
                "file_name": stored.name,
            }  # fmt: skip
        case "voice":
            told |= {"duration": details.get("duration", 1), "mime_type": "audio/ogg"}
        case "video_note":
            told |= {"length": 240, "duration": details.get("duration", 1)}
        case "sticker":
            told |= {
                "width": 512, "height": 512, "is_animated": False, "is_video": False,
                "type": "regular", "emoji": details.get("emoji", "🙂"),
            }  # fmt: skip
    if stored.kind == "animation":  # for programs that know documents only
        document = {**stored.ids, "file_name": stored.name, "mime_type": "video/mp4"}
        return {"animation": told, "document": document}
    return {stored.kind: told}


def _sizes(stored: StoredFile) -> list[Json]:
    """A photo comes in several sizes, the largest last; here all show the same picture."""
    full = {**stored.ids, "width": stored.width, "height": stored.height}
    longest = max(stored.width, stored.height)
    if longest <= THUMBNAIL_SIDE:
        return [full]
    small = {
        **full,
        "file_unique_id": stored.unique_id[:-1] + "s",
        "width": max(1, stored.width * THUMBNAIL_SIDE // longest),
        "height": max(1, stored.height * THUMBNAIL_SIDE // longest),
    }
    return [small, full]


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height out of the header of a PNG, GIF, WebP or JPEG; None for all else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    if content[:2] == b"\xff\xd8":
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def picture(
    width: int = 320, height: int = 240, rgb: tuple[int, int, int] = (92, 147, 206)
) -> bytes:
    """A PNG of one colour, for people who have nothing better to show."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(rgb) * width) * height
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
