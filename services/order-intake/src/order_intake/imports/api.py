"""The door of imports: who may, in which format, and how many at once."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from order_intake.imports.answer import ImportAnswer
from order_intake.imports.entry import Reader
from order_intake.imports.ndjson import Ndjson
from order_intake.imports.outcome import Outcome, Progress
from order_intake.imports.settings import ImportSettings
from order_intake.imports.table import Table
from order_intake.order import order
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem, Running, Who
from servicekit.addresses import context
from servicekit.documents import REF
from servicekit.problems import PROBLEMS

PATH = "/orders/imports"
_READERS: Mapping[str, type[Ndjson] | type[Table]] = {
    "application/x-ndjson": Ndjson,
    "application/jsonl": Ndjson,
    "text/csv": Table,
}
_CHARSETS: Mapping[str, str] = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030",
}  # fmt: skip
"""GB18030 holds all that GBK and GB 2312 have, at the same bytes."""

router = APIRouter(tags=["Orders"])
_TABLE = """\
product_company,channel,reference,customer_id,customer_name,item,model,specification,quantity,delivery_date
switchgear,erp,PO-2027-0117,C-1042,Hengshan Power Supply,KYN28A-12,KYN28A-12/1250,"12 kV, 1250 A",6,2027-06-30
switchgear,erp,PO-2027-0117,C-1042,Hengshan Power Supply,LZZBJ9-10,LZZBJ9-10/400,"12 kV, 400/5",12,2027-06-30
"""
_BODY = {
    "required": True,
    "content": {
        "application/x-ndjson": {"schema": {"$ref": REF.format(model=ReceiveOrder.__name__)}},
        "text/csv": {"schema": {"type": "string"}, "examples": {"example": {"value": _TABLE}}},
    },
}
_ANSWER = {
    "description": "One `Outcome` a line, in the order of the body; the last line is a `Progress` that says "
    "`finished`. An answer without that line was cut: send the body again.",
    "content": {
        "application/x-ndjson": {
            "schema": {"anyOf": [Outcome.model_json_schema(), Progress.model_json_schema()]}
        }
    },
}


@router.post(
    PATH,
    summary="Register orders by the thousand, each with its own outcome (C2, S1, S2)",
    response_class=Response,
    responses={200: _ANSWER, **PROBLEMS(400, 401, 403, 413, 415, 422, 503)},
    openapi_extra={"requestBody": _BODY},
)
async def import_orders(request: Request, who: Who, running: Running) -> Response:
    """Takes NDJSON, one order a line, or CSV, of any length, and answers while it reads.

    The same orders sent again create nothing; docs/api.md says which are the same.
    """
    order.permit(ReceiveOrder, who)
    reader = _reader(request.headers.get("content-type", ""))
    return ImportAnswer(running, reader, lambda: context(running, who), ImportSettings())


def _reader(content_type: str) -> Reader:
    """The reader of a media type and its charset. Raises `Problem` 415."""
    header = Message()
    header["Content-Type"] = content_type
    kind = _READERS.get(header.get_content_type())
    charset = _CHARSETS.get(header.get_content_charset("utf-8"))
    if kind is None or charset is None:
        raise Problem(
            415, "unsupported-media-type",
            "send Content-Type: application/x-ndjson or text/csv, in UTF-8 or with charset=gb18030",
        )  # fmt: skip
    return kind(charset)
