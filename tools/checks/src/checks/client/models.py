"""Models of the schemas as Python, by datamodel-code-generator, in a form that people read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter

from checks.client.schemas import Json

_TEMPLATES = Path(__file__).parent / "templates"


def models(schemas: Mapping[str, Json]) -> Mapping[str, str]:
    """The source of each schema's class, by its name, in an order in which each is defined before its use."""
    document = {"openapi": "3.1.0", "info": {"title": "", "version": "1"}, "paths": {}}
    text = generate(
        {**document, "components": {"schemas": dict(schemas)}},
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        custom_template_dir=_TEMPLATES,
        enum_field_as_literal=LiteralType.All,
        strict_nullable=True,
        use_union_operator=True,
        use_standard_collections=True,
        use_schema_description=True,
        use_field_description=True,
        use_attribute_docstrings=True,
        use_single_line_docstring=True,
        collapse_root_models=True,
        disable_timestamp=True,
        formatters=[Formatter.BUILTIN],
    )
    assert isinstance(text, str), "one document makes one module"
    made = dict(_classes(text))
    if unknown := made.keys() ^ schemas.keys():
        raise LookupError(f"no class of its own for {', '.join(sorted(unknown))}; see {__name__}")
    return made


def _classes(text: str) -> Iterator[tuple[str, str]]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            yield node.name, ast.get_source_segment(text, node) or ""
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            raise LookupError(f"no class, and so it would be lost: {ast.unparse(node)}")
