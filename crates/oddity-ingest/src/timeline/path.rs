//! What the path of a file says: where it lies and what kind of file its name tells of.

use std::borrow::Cow;

/// Where a file lies: the part of a Windows volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// Below a folder `AppData`, whoever's.
    AppData,
    /// Below `Windows`, but for `AppData`.
    Windows,
    /// Below `Users` or `Documents and Settings`, but for `AppData`.
    User,
    /// Anywhere else, the root too.
    Other,
}

/// What the extension of a file says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Machine code, and what Windows runs by its extension (`PATHEXT`).
    Executable,
    /// A picture.
    Graphic,
    /// A document of an office, a text.
    Document,
    /// Code of PowerShell.
    PowerShell,
    /// Any other.
    Other,
}

/// The longest extension that is listed.
const LONGEST: usize = 6;

/// What an extension in lower case says.
fn listed(extension: &[u8]) -> Kind {
    match extension {
        b"exe" | b"dll" | b"sys" | b"com" | b"scr" | b"ocx" | b"cpl" | b"drv" | b"efi" | b"msi"
        | b"msp" | b"bat" | b"cmd" | b"vbs" | b"vbe" | b"js" | b"jse" | b"wsf" | b"wsh"
        | b"hta" | b"msc" | b"jar" | b"pif" => Kind::Executable,
        b"jpg" | b"jpeg" | b"png" | b"gif" | b"bmp" | b"ico" | b"tif" | b"tiff" | b"svg"
        | b"webp" | b"heic" | b"psd" | b"emf" | b"wmf" | b"cur" => Kind::Graphic,
        b"doc" | b"docx" | b"docm" | b"dot" | b"dotx" | b"dotm" | b"xls" | b"xlsx" | b"xlsm"
        | b"xlsb" | b"xlt" | b"xltx" | b"ppt" | b"pptx" | b"pptm" | b"pps" | b"ppsx" | b"pdf"
        | b"txt" | b"rtf" | b"csv" | b"odt" | b"ods" | b"odp" | b"one" | b"vsd" | b"vsdx"
        | b"pub" | b"md" | b"tex" => Kind::Document,
        b"ps1" | b"psm1" | b"psd1" | b"ps1xml" | b"psc1" | b"pssc" => Kind::PowerShell,
        _ => Kind::Other,
    }
}

/// The path with `/` between its parts, without what a tool puts before the root: the types of
/// plaso's display names (`NTFS:\Windows`, `VSS1:TSK:/Windows`) and a drive (`C:\Windows`).
pub(super) fn canonical(path: &str) -> Cow<'_, str> {
    let mut path = path;
    while let Some((prefix, rest)) = path.split_once(':') {
        let word = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let more = rest.starts_with(['/', '\\'])
            || rest.split_once(':').is_some_and(|(next, tail)| {
                next.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && tail.starts_with(['/', '\\'])
            });
        if !word || !more {
            break;
        }
        path = rest;
    }
    // Files collected off a live system keep the drive below the root: `OS:/C:/Windows`.
    if let [b'/' | b'\\', drive, b':', b'/' | b'\\', ..] = path.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        path = &path[3..];
    }
    if path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) }
}

/// Where the file with a [canonical](canonical) path lies; none for a name without a folder.
pub(super) fn area(path: &str) -> Option<Area> {
    let (folder, _) = path.rsplit_once('/')?;
    let mut parts = folder.split('/').filter(|part| !part.is_empty());
    let is = |part: &str, names: &[&str]| names.iter().any(|name| part.eq_ignore_ascii_case(name));
    if parts.clone().any(|part| is(part, &["AppData"])) {
        return Some(Area::AppData);
    }
    // The folders themselves belong to their areas.
    let top = parts.next().unwrap_or(name(path));
    Some(match top {
        top if is(top, &["Windows"]) => Area::Windows,
        top if is(top, &["Users", "Documents and Settings"]) => Area::User,
        _ if is(name(path), &["AppData"]) => Area::AppData,
        _ => Area::Other,
    })
}

/// What the name says of a file: by its extension, without a stream (`a.exe:Zone.Identifier` is
/// of `a.exe`). A name without an extension says [`Kind::Other`] if `is_file`, else nothing.
pub(super) fn kind(path: &str, is_file: bool) -> Option<Kind> {
    let name = name(path).split(':').next().unwrap_or_default();
    let Some((_, extension)) = name.rsplit_once('.').filter(|(_, extension)| !extension.is_empty())
    else {
        return is_file.then_some(Kind::Other);
    };
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..extension.len()) else { return Some(Kind::Other) };
    lower.copy_from_slice(extension.as_bytes());
    lower.make_ascii_lowercase();
    Some(listed(lower))
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_same_whatever_tool_wrote_them() {
        for path in [
            "/Windows/a.exe",
            r"\Windows\a.exe",
            r"C:\Windows\a.exe",
            r"NTFS:\Windows\a.exe",
            "TSK:/Windows/a.exe",
            r"VSS1:NTFS:\Windows\a.exe",
            "OS:/Windows/a.exe",
            "OS:/C:/Windows/a.exe",
        ] {
            assert_eq!(canonical(path), "/Windows/a.exe", "{path}");
        }
        // A stream is no prefix.
        for path in ["/a.exe:Zone.Identifier", "$Secure:$SDS", "a.exe", "", ":/a", "note: /a"] {
            assert_eq!(canonical(path), path);
        }
    }

    #[test]
    fn folders_tell_where_a_file_lies() {
        let cases = [
            ("/Users/ann/AppData/Local/Temp/x", Some(Area::AppData)),
            ("/Windows/ServiceProfiles/LocalService/appdata/x", Some(Area::AppData)),
            ("/Windows/System32/x.dll", Some(Area::Windows)),
            ("/WINDOWS", Some(Area::Windows)),
            ("/Users/ann/x.docx", Some(Area::User)),
            ("/Documents and Settings/ann/x", Some(Area::User)),
            ("/Users", Some(Area::User)),
            ("/Program Files/x/y.exe", Some(Area::Other)),
            ("/ProgramData/Windows/x", Some(Area::Other)),
            ("/pagefile.sys", Some(Area::Other)),
            ("/", Some(Area::Other)),
            ("x.docx", None),
            ("", None),
        ];
        for (path, expected) in cases {
            assert_eq!(area(path), expected, "{path}");
        }
    }

    #[test]
    fn extensions_tell_what_a_file_is() {
        let cases = [
            ("/a.EXE", Some(Kind::Executable)),
            ("/a.b.dll", Some(Kind::Executable)),
            ("/a.exe:Zone.Identifier", Some(Kind::Executable)),
            ("a.vbs", Some(Kind::Executable)),
            ("/x/a.jpeg", Some(Kind::Graphic)),
            ("/x/a.docx", Some(Kind::Document)),
            ("/x/a.txt", Some(Kind::Document)),
            ("/x/a.ps1", Some(Kind::PowerShell)),
            ("/x/a.Ps1Xml", Some(Kind::PowerShell)),
            ("/x/a.automaticDestinations-ms", Some(Kind::Other)),
            ("/x/a.lnk", Some(Kind::Other)),
            ("/x.d/a", None),
            ("/x/a.", None),
        ];
        for (path, expected) in cases {
            assert_eq!(kind(path, false), expected, "{path}");
            assert_eq!(kind(path, true), expected.or(Some(Kind::Other)), "{path}");
        }
    }
}
