"""A workbook read back as tables."""

from pathlib import Path

from openpyxl import load_workbook


def tables(path: Path):
    """Each sheet but the first as {use case or first cell: {header: value}}, empty cells left out.

    Two columns of one name are told apart by the group above them.
    """
    found = {}
    for sheet in load_workbook(path).worksheets[1:]:
        header_row = int(sheet.auto_filter.ref.split(":")[0][1:])
        last_row = int("".join(filter(str.isdigit, sheet.auto_filter.ref.split(":")[1])))
        groups, headers, group = [], [cell.value for cell in sheet[header_row]], ""
        for cell in sheet[header_row - 1]:
            group = cell.value or (group if cell.border.bottom.style else "")
            groups.append(group)
        names = [f"{group}/{header}" if group else header for group, header in zip(groups, headers, strict=True)]
        rows = sheet.iter_rows(min_row=header_row + 1, max_row=last_row, values_only=True)
        found[sheet.title] = [
            {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows
        ]
    return found
