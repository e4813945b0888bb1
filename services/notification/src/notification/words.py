"""Names that facts use, in the words of those who read about them."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    # departments
    "technical": {"zh": "技术部", "en": "technical department"},
    "quality": {"zh": "质量部", "en": "quality department"},
    "logistics": {"zh": "物流管理中心", "en": "logistics centre"},
    "production": {"zh": "生产部", "en": "production department"},
    "contract_desk": {"zh": "合同订单管理部", "en": "contract desk"},
    # sides of a contract (S6)
    "risk": {"zh": "风险条款", "en": "risk clauses"},
    "legal": {"zh": "法律条款", "en": "legal clauses"},
    "financial": {"zh": "财务条款", "en": "financial clauses"},
    # grounds for a doubt (S3)
    "duplicate": {"zh": "疑似重复", "en": "looks like a duplicate"},
    "not_genuine": {"zh": "疑似虚假", "en": "looks like no genuine order"},
    # what an order is made of
    "lines": {"zh": "订货明细", "en": "the articles you need"},
    "model": {"zh": "型号", "en": "model"},
    "specification": {"zh": "规格", "en": "specification"},
    "quantity": {"zh": "数量", "en": "quantity"},
    "technical_requirements": {"zh": "技术要求", "en": "technical requirements"},
    "quality_requirements": {"zh": "质量要求", "en": "quality requirements"},
    "delivery_date": {"zh": "交货日期", "en": "delivery date"},
    "project": {"zh": "工程项目信息", "en": "project data"},
    "lies in the past": {"zh": "已过期", "en": "lies in the past"},
}
