"""The project file: what is run, for which contract, from which deliveries, to which folder.

``openvbc.yaml`` is YAML; a key that is not known is an error, and every error names the file and
the line. Paths are relative to the file. ``vbc init`` writes a commented one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openvbc.claims.inputs import ClaimInputs
from openvbc.errors import ContractError, InputError, Place
from openvbc.project_names import NAME, OUTPUT
from openvbc.rules.exact_yaml import lines_of_yaml, read_yaml, text_of_yaml
from openvbc.rules.load import RuleSet, has_rules, load_rules
from openvbc.validation import name_of_field


class Part(BaseModel):
    """A part of the project file: frozen, and nothing beside what it declares."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EngineChoice(Part):
    """What runs the SQL, and how much of the machine it may use."""

    name: Literal["duckdb", "spark"] = "duckdb"
    threads: int | None = Field(default=None, ge=1)
    memory_limit: str | None = None
    """For DuckDB, for example 4GB."""
    buckets: int | None = Field(default=None, ge=1, le=999)
    """Parts the people are cut into; decided by the size of the deliveries if not given."""
    address: str | None = None
    """For Spark, for example sc://host:15002."""


class ProjectFile(Part):
    """What the project file of every program may say; a program adds keys in a class of its own.

    `contract` is checked by the program it is for.
    """

    program: str
    contract: dict[str, Any]
    inputs: ClaimInputs = ClaimInputs()
    """Where the deliveries are. What they do not give stays empty and is named as a gap."""
    overlays: tuple[Path, ...] = ()
    accepted: dict[str, Annotated[str, Field(min_length=1)]] = {}
    """What ``vbc check`` names as missing or wrong and the user knows to be right, and why."""
    as_of: dt.date | None = None
    """Only what was known by this date counts; the whole run-out if not given."""
    engine: EngineChoice = EngineChoice()
    store: Path = Path("store")
    """Folder of the claim store; runs of the same deliveries share it."""
    output: Path = Path(OUTPUT)
    """Folder of the run."""

    def deliveries(self) -> ClaimInputs:
        """What it names for the claim store, without the lists of its program."""
        feeds = ClaimInputs.model_fields
        return ClaimInputs(**{name: value for name, value in self.inputs if name in feeds})

    def run_on(self, deliveries: ClaimInputs, store: Path, place: Place) -> Self:
        """The same project, which names no claims, on deliveries given from outside.

        Raises:
            ContractError: it names lists of the claim store all the same.
        """
        own = sorted({str(key[0]) for key, _ in self.deliveries().named_paths()})
        if own:
            raise ContractError(
                f"the project names {', '.join(own)} and no claims",
                place=place,
                rule="a project without claims runs on the claim store of the book, whole",
                action="name these files below claims: in the book, or give the project its claims",
                code="VBC-90911",
            )
        inputs = self.inputs.model_copy(update=dict(deliveries))
        return self.model_copy(update={"inputs": inputs, "store": store})

    def own_settings(self) -> dict[str, str]:
        """What the program's own keys say that changes results, flat, for comparing runs."""
        own = set(type(self).model_fields) - set(ProjectFile.model_fields)
        return {
            f"{part}.{name}": str(value)
            for part in sorted(own)
            for name, value in (getattr(self, part) or ())
        }


def read_project_file(
    path: Path, form_of: Callable[[str], type[ProjectFile]]
) -> tuple[ProjectFile, str]:
    """Read and check a project file; return it with its SHA-256.

    Args:
        path: the file, or the folder it is in.
        form_of: the form of a program's project files, by the name of the program.

    Raises:
        ContractError: the file is missing, or says something that cannot be; names file and line.
    """
    path = path / NAME if path.is_dir() else path
    if not path.exists():
        raise ContractError(
            "there is no project file here",
            place=Place(str(path)),
            action="'vbc init DIR' writes one with comments",
            code="VBC-2007",
        )
    text = text_of_yaml(path)
    content = read_yaml(text, str(path))
    lines = lines_of_yaml(text)
    if not isinstance(content, dict):
        raise ContractError(
            "a project file is a mapping of keys", place=Place(str(path), 1), code="VBC-2008"
        )
    form = _form(content, path, lines, form_of)
    try:
        # A part whose every line is a comment is null in YAML, and says nothing.
        said = {name: part for name, part in content.items() if part is not None}
        read = form.model_validate(said)
    except ValidationError as error:
        raise _said(error, form, path, lines) from None
    project_file = _taken_from(path.parent, read)
    _require_files(project_file, path, lines)
    return project_file, hashlib.sha256(text.encode()).hexdigest()


def _form(
    content: Mapping[str, Any],
    path: Path,
    lines: dict[tuple[Any, ...], int],
    form_of: Callable[[str], type[ProjectFile]],
) -> type[ProjectFile]:
    """The form of the program that the file names."""
    if "program" not in content:
        raise ContractError("program is missing", place=Place(str(path), 1), code="VBC-2009")
    try:
        return form_of(str(content["program"]))
    except InputError as unknown:
        raise ContractError(
            f"program: {unknown.what}",
            place=Place(str(path), lines.get(("program",)), value=str(content["program"])),
            action=unknown.action,
            code="VBC-2010",
        ) from None


def line_of(path: Path, *keys: str) -> int | None:
    """The line of a project file on which a key stands."""
    path = path / NAME if path.is_dir() else path
    return lines_of_yaml(text_of_yaml(path)).get(keys)


@contextmanager
def at_its_key(path: Path) -> Iterator[None]:
    """Place what is wrong with the contract on the line of its key, or of the part lacking it."""
    try:
        yield
    except ContractError as error:
        if error.place.file == str(path) and error.place.column:
            lines = lines_of_yaml(text_of_yaml(path))
            keys = ("contract", *error.place.column.split("."))
            parts = (keys[:n] for n in range(len(keys), 0, -1))
            line = next((lines[each] for each in parts if each in lines), None)
            error.place = replace(error.place, line=line)
        raise


def _said(
    error: ValidationError,
    form: type[ProjectFile],
    path: Path,
    lines: dict[tuple[Any, ...], int],
) -> ContractError:
    every = error.errors(include_url=False)
    first = next((one for one in every if one["type"] == "extra_forbidden"), every[0])
    location = first["loc"]
    line = next((lines[location[:n]] for n in range(len(location), 0, -1) if location[:n] in lines),
                None)  # fmt: skip
    name = name_of_field(first)
    others = error.error_count() - 1
    more = f" ({others} more like it)" if others else ""
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known_keys(form, location[:-1]))
        return ContractError(
            f"{name} is not a key of a project file{more}",
            place=Place(str(path), line),
            rule=f"known here: {known}",
            action="correct its spelling or take it out",
            code="VBC-2011",
        )
    if first["type"] == "missing":
        return ContractError(
            f"{name} is missing{more}", place=Place(str(path), line), code="VBC-2012"
        )
    return ContractError(
        f"{name}: {first['msg']}{more}",
        place=Place(str(path), line, value=str(first["input"])),
        code="VBC-2013",
    )


def _known_keys(form: type[ProjectFile], location: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = form
    for part in location:
        kind = model.model_fields[str(part)].annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            model = kind
    return list(model.model_fields)


def _require_files(read: ProjectFile, path: Path, lines: dict[tuple[Any, ...], int]) -> None:
    """Every file and folder the project names exists."""
    named: list[tuple[tuple[Any, ...], Path]] = [
        (("overlays", n), overlay) for n, overlay in enumerate(read.overlays)
    ]
    named += [(("inputs", *key), file) for key, file in read.inputs.named_paths()]
    for key, file in named:
        if not file.exists():
            raise ContractError(
                f"{'.'.join(str(part) for part in key if isinstance(part, str))} names a file or "
                "folder that does not exist",
                place=Place(str(path), lines.get(key), value=str(file)),
                action="correct the path (it is taken from the folder of the project file)",
                code="VBC-2014",
            )


def _taken_from(base: Path, read: ProjectFile) -> ProjectFile:
    """The same project with its paths taken from the folder of the file."""
    inputs: dict[str, Any] = {}
    for name, value in read.inputs:
        several = isinstance(value, tuple)
        inputs[name] = tuple(base / p for p in value) if several else value and base / value
    return read.model_copy(
        update={
            "inputs": type(read.inputs)(**inputs),
            "overlays": tuple(base / overlay for overlay in read.overlays),
            "store": base / read.store,
            "output": base / read.output,
        }
    )


def rules_of(file: ProjectFile) -> RuleSet:
    """The program's rules with the project's overlays; none where its terms are the parties'."""
    if has_rules(file.program):
        return load_rules(file.program, file.overlays)
    if file.overlays:
        raise ContractError(
            f"{file.program} has no rules to overlay; its terms are in the contract",
            code="VBC-213",
        )
    return RuleSet(file.program, {}, {}, "")
