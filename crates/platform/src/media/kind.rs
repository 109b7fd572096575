//! The kinds of file that people may send each other.

/// What a kind is for, and with it how it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A picture with a size and a thumbnail.
    Image,
    /// Sound.
    Audio,
    /// PDF.
    Pdf,
    /// A document of an office program.
    Office,
    /// Plain text.
    Text,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $family:ident, $mime:literal, $extensions:expr;)*) => {
        /// An allowed kind of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The media type sent to clients.
            pub const fn mime(self) -> &'static str {
                match self { $(Self::$name => $mime,)* }
            }
            /// What it is for.
            pub const fn family(self) -> Family {
                match self { $(Self::$name => Family::$family,)* }
            }
            /// Endings of names that say the truth about it; the first is given to names without one.
            pub const fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$name => &$extensions,)* }
            }
        }
    };
}

kinds! {
    /// JPEG picture.
    Jpeg = Image, "image/jpeg", ["jpg", "jpeg", "jpe", "jfif"];
    /// PNG picture.
    Png = Image, "image/png", ["png", "apng"];
    /// GIF picture.
    Gif = Image, "image/gif", ["gif"];
    /// WebP picture.
    Webp = Image, "image/webp", ["webp"];
    /// PDF document.
    Pdf = Pdf, "application/pdf", ["pdf"];
    /// Word document since 2007.
    Docx = Office, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["docx"];
    /// Excel workbook since 2007.
    Xlsx = Office, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ["xlsx"];
    /// PowerPoint presentation since 2007.
    Pptx = Office, "application/vnd.openxmlformats-officedocument.presentationml.presentation", ["pptx"];
    /// OpenDocument text.
    Odt = Office, "application/vnd.oasis.opendocument.text", ["odt"];
    /// OpenDocument spreadsheet.
    Ods = Office, "application/vnd.oasis.opendocument.spreadsheet", ["ods"];
    /// OpenDocument presentation.
    Odp = Office, "application/vnd.oasis.opendocument.presentation", ["odp"];
    /// Word document, 97 to 2003.
    Doc = Office, "application/msword", ["doc", "dot"];
    /// Excel workbook, 97 to 2003.
    Xls = Office, "application/vnd.ms-excel", ["xls", "xlt"];
    /// PowerPoint presentation, 97 to 2003.
    Ppt = Office, "application/vnd.ms-powerpoint", ["ppt", "pps"];
    /// Text in UTF-8.
    Text = Text, "text/plain", ["txt", "text", "log", "md", "vcf", "ics", "json", "tsv", "rtf", "srt"];
    /// Text in UTF-8 whose name says that it is a table.
    Csv = Text, "text/csv", ["csv"];
    /// RIFF wave sound.
    Wav = Audio, "audio/wav", ["wav", "wave"];
    /// Ogg with Opus, Vorbis, Speex or FLAC.
    Ogg = Audio, "audio/ogg", ["ogg", "oga", "opus", "spx"];
    /// MPEG layer III.
    Mp3 = Audio, "audio/mpeg", ["mp3"];
    /// MPEG-4 with sound only.
    M4a = Audio, "audio/mp4", ["m4a", "m4b", "mp4"];
    /// WebM with sound only, as browsers record it.
    Weba = Audio, "audio/webm", ["weba", "webm"];
}

impl Kind {
    /// Reads back a stored media type.
    pub fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.mime() == mime)
    }

    /// Whether a browser may show it in place. Text and office documents are always downloads.
    pub const fn is_shown_inline(self) -> bool {
        matches!(self.family(), Family::Image | Family::Audio | Family::Pdf)
    }
}
