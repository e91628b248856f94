"""Approved interviews and their coding as a REFI-QDA project (.qdpx), which qualitative analysis software opens.

Standard: Rotterdam Exchange Format Initiative, REFI-QDA 1.5, project exchange. Places count code points of the plain
text, from 0; the end is left out: the standard only says « last character », and software reads it so.
"""

import uuid
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cnc_survey.files import written_whole
from cnc_survey.workbook import UNDATED
from interviews.campaigns import CampaignError
from interviews.guided.masked_texts import approved_interviews, clean, mask_text
from interviews.guided.pseudonyms import names_of
from interviews.models import Campaign, Code, Verbatim

NAMESPACE = "urn:QDA-XML:project:1.0"
KEYS = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
MAX_NAME = 60  # characters of a selection's name
FICTIONAL = "Données fictives — démonstration."


def export_refi_project(campaign: Campaign, path: Path, progress) -> int:
    """Write the project of a campaign, the same bytes each time; return how many selections.

    One text per transcript and per note, one selection per verbatim; its codes are those of the codebook, then its
    use case and its valence. Names and withdrawn passages are masked. Raises CampaignError when there is no text.
    """
    interviews = list(approved_interviews(campaign))
    project = Element("Project", xmlns=NAMESPACE, name=clean(str(campaign)), origin="CNC")
    project.set("creatingUserGUID", _guid("user", "team"))
    SubElement(SubElement(project, "Users"), "User", guid=_guid("user", "team"), name="Équipe de l’étude")
    verbatims = [
        verbatim
        for interview in interviews
        for source in _sources(interview)
        for verbatim in source.verbatims.all()
        if verbatim.withdrawn_at is None
    ]
    _add_codebook(project, verbatims)
    sources, texts = SubElement(project, "Sources"), {}
    for done, interview in enumerate(interviews, 1):
        for guid, text in _add_texts(sources, campaign, interview):
            texts[f"sources/{guid}.txt"] = text.encode()
        progress(done, len(interviews))
    if not texts:
        raise CampaignError("Aucun entretien approuvé n’a de texte : le projet serait vide.")
    if campaign.is_fictional:
        SubElement(project, "Description").text = FICTIONAL
    ElementTree.indent(project)
    files = {"project.qde": ElementTree.tostring(project, encoding="utf-8", xml_declaration=True), **texts}
    with written_whole(path) as (temporary,), ZipFile(temporary, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, UNDATED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return len(project.findall(".//PlainTextSelection"))


def _add_codebook(project, verbatims):
    """Add the codebook, retired codes only where they still name words, then the use cases and valences."""
    held = {code.pk for verbatim in verbatims for code in verbatim.codes.all()}
    codes = list(Code.objects.order_by("position", "name", "code"))
    children = {}
    for code in codes:
        children.setdefault(code.parent_id, []).append(code)
    tree = SubElement(SubElement(project, "CodeBook"), "Codes")

    def is_kept(code):
        return code.retired_at is None or code.pk in held or any(map(is_kept, children.get(code.pk, ())))

    def add(parent, code):
        if is_kept(code):
            element = _add_code(parent, "code", code.code, code.name, code.definition)
            for child in children.get(code.pk, ()):
                add(element, child)

    for code in children.get(None, ()):
        add(tree, code)
    use_cases = {verbatim.use_case for verbatim in verbatims if verbatim.use_case}
    if use_cases:
        group = _add_code(tree, "group", "use_cases", "Cas d’usage", is_codable=False)
        for use_case in sorted(use_cases, key=lambda one: one.code):
            _add_code(group, "use_case", use_case.code, use_case.name)
    group = _add_code(tree, "group", "valences", "Valence", is_codable=False)
    for value, label in Verbatim.Valence.choices:
        _add_code(group, "valence", value, label.capitalize())


def _add_code(parent, kind, key, name, definition="", is_codable=True):
    facts = {"guid": _guid(kind, key), "name": clean(name), "isCodable": str(is_codable).lower()}
    element = SubElement(parent, "Code", facts)
    if definition:
        SubElement(element, "Description").text = clean(definition)
    return element


def _add_texts(parent, campaign, interview):
    """Add the texts of an interview; yield (guid, plain text) of each."""
    names = names_of(interview)
    profile = [*interview.response.occupations.all(), *interview.response.sectors.all()]
    for rank, source in enumerate(_sources(interview), 1):
        masked = mask_text(source, names)
        guid = _guid(campaign.slug, source._meta.model_name, source.pk)
        # The name of a file may be that of a person: texts are numbered.
        title = f"Entretien {interview.number}, {source._meta.verbose_name} {rank}"
        element = SubElement(parent, "TextSource", guid=guid, name=title, plainTextPath=f"internal://{guid}.txt")
        if profile:
            SubElement(element, "Description").text = clean(", ".join(entry.name for entry in profile))
        for verbatim in sorted(source.verbatims.all(), key=lambda one: (one.start, one.end, one.pk)):
            if not _is_withdrawn(verbatim, source):
                _add_selection(element, campaign, verbatim, masked)
        yield guid, masked.text


def _add_selection(parent, campaign, verbatim, masked):
    start, end = masked.moved(verbatim.start, verbatim.end)
    facts = {
        "guid": _guid(campaign.slug, "verbatim", verbatim.pk),
        "name": " ".join(masked.text[start:end].split())[:MAX_NAME],
        "startPosition": str(start),
        "endPosition": str(end),
        "creatingUser": _guid("user", "team"),
    }
    selection = SubElement(parent, "PlainTextSelection", facts)
    named = [_guid("code", code.code) for code in sorted(verbatim.codes.all(), key=lambda one: one.code)]
    named += [_guid("use_case", verbatim.use_case.code)] if verbatim.use_case else []
    for target in [*named, _guid("valence", verbatim.valence)]:
        coding = SubElement(selection, "Coding", guid=_guid(facts["guid"], target), creatingUser=_guid("user", "team"))
        SubElement(coding, "CodeRef", targetGUID=target)


def _is_withdrawn(verbatim, source):
    """Whether the person took these words back, by this verbatim or by another that holds them whole."""
    gone = [(one.start, one.end) for one in source.verbatims.all() if one.withdrawn_at]
    return any(start <= verbatim.start and verbatim.end <= end for start, end in gone)


def _sources(interview):
    return [source for source in (*interview.transcripts.all(), *interview.notes.all()) if source.text]


def _guid(*key):
    return str(uuid.uuid5(KEYS, ":".join(map(str, key))))
