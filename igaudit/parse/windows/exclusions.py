"""How much an exclusion of Microsoft Defender leaves out."""

import re

_WILD = r"(?:\\(?:\*|\*\.\*)?)?"
# Where anybody's programs and downloads lie; a whole drive. Compared without case, \ for /.
_BROAD = (
    ("drive", rf"(?:[a-z]:|%(?:system|home)drive%|\\\\[?.]\\[a-z]:|\*|\*\.\*|[*?]:){_WILD}"),
    (
        "users",
        rf"(?:[a-z]:|%systemdrive%)\\users(?:\\(?:\*|public|[^\\*]+))?{_WILD}|%(?:userprofile|public)%{_WILD}",
    ),
    (
        "users",
        rf".*\\(?:downloads|desktop|appdata(?:\\(?:local|roaming|locallow))?){_WILD}|%(?:local)?appdata%{_WILD}",
    ),
    ("temp", rf".*\\(?:temp|tmp){_WILD}|%(?:temp|tmp)%{_WILD}"),
    ("windows", rf"(?:[a-z]:\\windows|%(?:windir|systemroot)%)(?:\\system32|\\syswow64)?{_WILD}"),
    (
        "programs",
        rf"[a-z]:\\program ?(?:files(?: \(x86\))?|data){_WILD}|%program(?:files(?:\(x86\))?|data)%{_WILD}",
    ),
    ("programs", rf"%allusersprofile%{_WILD}"),
)
_PROGRAM_TYPES = frozenset(
    {"exe", "dll", "com", "scr", "sys", "ps1", "psm1", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta"}
    | {"msi", "msp", "jar", "lnk", "cpl", "docm", "xlsm", "pptm", "*"}
)
# Programs that run whatever they are handed: what they open is not looked at.
_LAUNCHERS = frozenset(
    {"powershell.exe", "pwsh.exe", "cmd.exe", "wscript.exe", "cscript.exe", "mshta.exe", "rundll32.exe"}
    | {"regsvr32.exe", "explorer.exe", "svchost.exe", "java.exe", "javaw.exe", "python.exe", "winword.exe"}
    | {"excel.exe", "outlook.exe", "powerpnt.exe"}
)


def reach(kind: str, value: str) -> str:
    """How much an exclusion leaves out: drive, users, temp, windows, programs, launcher, or narrow."""
    plain = value.strip().strip('"').replace("/", "\\").lower()
    # `\\` within a path is `\`, and a folder of any name below one of any name is no narrower.
    plain = re.sub(r"(?<=[^\\])\\+", r"\\", plain)
    stem = plain.rstrip("\\*")
    if plain[len(stem) :].startswith("\\*"):
        plain = stem + "\\*"
    if kind == "extension":
        return "programs" if plain.removeprefix("*").removeprefix(".") in _PROGRAM_TYPES else "narrow"
    if kind == "process" and plain.rpartition("\\")[2] in _LAUNCHERS:
        return "launcher"
    found = re.search(r"(?:^|\\)\*\.([a-z0-9*]+)$", plain)
    if found and found[1] in _PROGRAM_TYPES and kind != "extension":
        plain = plain[: found.start()] + "\\*" if found.start() else "*"
    return next((word for word, broad in _BROAD if re.fullmatch(broad, plain)), "narrow")
