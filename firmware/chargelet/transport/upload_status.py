"""Says in the security whitepaper's words (UploadLogStatus, §6.19) why a log could not be sent."""

from ..base import loading

loading.seldom(__name__)

# What an answer of a server means, of HTTP and of FTP.
_HTTP = {400: "BadMessage", 401: "PermissionDenied", 403: "PermissionDenied"}
_HTTP.update({405: "NotSupportedOperation", 501: "NotSupportedOperation"})
_FTP = {500: "BadMessage", 501: "BadMessage", 530: "PermissionDenied", 532: "PermissionDenied"}
_FTP.update({550: "PermissionDenied", 553: "PermissionDenied", 502: "NotSupportedOperation"})


def of(error) -> str:
    """The word for an error of http.py or ftp.py."""
    if hasattr(error, "code"):
        return _FTP.get(error.code, "UploadFailure")
    return _HTTP.get(getattr(error, "status", 0), "UploadFailure")
