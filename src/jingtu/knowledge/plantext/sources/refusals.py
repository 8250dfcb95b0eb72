"""The sentences with which a document is refused: each says what is wrong and what to do."""

from __future__ import annotations

from jingtu.errors import UnreadableDocumentError


def damaged(what: str) -> UnreadableDocumentError:
    """A file that its own format's rules do not hold for; ``what`` names it, such as ``Word 文件``."""
    return UnreadableDocumentError(
        f"{what}已损坏或不完整，无法打开。请在 Word、WPS 或阅读器中确认能够打开，重新保存后再上传。",
        reason="damaged",
    )


def garbled() -> UnreadableDocumentError:
    """A PDF whose fonts do not say which characters they draw."""
    return UnreadableDocumentError(
        "PDF 的文字层是乱码（字体没有附带文字编码），无法读出内容。请上传 Word 原稿，或重新导出 PDF。",
        reason="damaged",
    )


def encrypted(what: str) -> UnreadableDocumentError:
    """A file that opens only with a password."""
    return UnreadableDocumentError(
        f"{what}设置了打开密码，无法读取。请取消密码保护后再上传。", reason="encrypted"
    )


def image_only(what: str) -> UnreadableDocumentError:
    """Pictures of pages: nothing to read without character recognition."""
    return UnreadableDocumentError(
        f"{what}只有图像，没有文字层（扫描件）。请上传 Word 原稿或由原稿直接导出的 PDF。",
        reason="image_only",
    )


def empty(what: str) -> UnreadableDocumentError:
    """A file of the right kind without a word in it."""
    return UnreadableDocumentError(f"{what}里没有文字，请检查是否选错了文件。", reason="empty")


def too_large(what: str, limit: str) -> UnreadableDocumentError:
    """A file beyond one of the limits; ``limit`` says which in words."""
    return UnreadableDocumentError(
        f"{what}过大：{limit}。请删去图片和无关附件，或把计划正文与附件单独保存后再上传。",
        reason="too_large",
        limit=limit,
    )


def unknown_type(found: str, advice: str) -> UnreadableDocumentError:
    """A file of a kind that is not read here: what it is, and how to get one that is."""
    return UnreadableDocumentError(f"{found}，不能直接读取。{advice}", reason="unknown_type")
