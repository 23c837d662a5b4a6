//! The words of the command language: commands, options and CVDA values.

/// Declares an enum whose variants each have one word of the language.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[doc = concat!("`", $word, "`.")] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The word as it is written, in upper case.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The one that an upper-case word stands for.
            pub fn find(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// A command: the verb, and the object that tells it from other commands with the same verb.
    Verb {
        Abend = "ABEND",
        Asktime = "ASKTIME",
        Assign = "ASSIGN",
        Delay = "DELAY",
        DeleteContainer = "DELETE CONTAINER",
        Formattime = "FORMATTIME",
        GetContainer = "GET CONTAINER",
        Link = "LINK",
        PutContainer = "PUT CONTAINER",
        RequestEncryptptkt = "REQUEST ENCRYPTPTKT",
        RequestPassticket = "REQUEST PASSTICKET",
        Return = "RETURN",
        Signoff = "SIGNOFF",
        Signon = "SIGNON",
        SignonToken = "SIGNON TOKEN",
        Start = "START",
        VerifyPassword = "VERIFY PASSWORD",
        VerifyPhrase = "VERIFY PHRASE",
        VerifyToken = "VERIFY TOKEN",
        WriteqTd = "WRITEQ TD",
    }
}

impl Verb {
    /// The first word of the command.
    pub fn first(self) -> &'static str {
        self.parts().0
    }

    /// The word after the verb that makes it this command: an option that must be present.
    pub fn object(self) -> Option<Opt> {
        self.parts().1.and_then(Opt::find)
    }

    fn parts(self) -> (&'static str, Option<&'static str>) {
        match self.word().split_once(' ') {
            Some((first, object)) => (first, Some(object)),
            None => (self.word(), None),
        }
    }
}

words! {
    /// An option of some command.
    Opt {
        Abcode = "ABCODE",
        Abstime = "ABSTIME",
        After = "AFTER",
        Append = "APPEND",
        Applid = "APPLID",
        Base64 = "BASE64",
        Basicauth = "BASICAUTH",
        Bit = "BIT",
        Byteoffset = "BYTEOFFSET",
        Cancel = "CANCEL",
        Channel = "CHANNEL",
        Char = "CHAR",
        Container = "CONTAINER",
        Datatype = "DATATYPE",
        Date = "DATE",
        Dateform = "DATEFORM",
        Datesep = "DATESEP",
        Daycount = "DAYCOUNT",
        Dayofmonth = "DAYOFMONTH",
        Dayofweek = "DAYOFWEEK",
        Ddmmyy = "DDMMYY",
        Ddmmyyyy = "DDMMYYYY",
        Encryptkey = "ENCRYPTKEY",
        Encryptptkt = "ENCRYPTPTKT",
        Esmappname = "ESMAPPNAME",
        Esmreason = "ESMREASON",
        Esmresp = "ESMRESP",
        Flength = "FLENGTH",
        For = "FOR",
        From = "FROM",
        Fromccsid = "FROMCCSID",
        Fulldate = "FULLDATE",
        Groupid = "GROUPID",
        Hours = "HOURS",
        Interval = "INTERVAL",
        Into = "INTO",
        Intoccsid = "INTOCCSID",
        Invokingprog = "INVOKINGPROG",
        Isuserid = "ISUSERID",
        Jwt = "JWT",
        Kerberos = "KERBEROS",
        Length = "LENGTH",
        Milliseconds = "MILLISECONDS",
        Millisecs = "MILLISECS",
        Minutes = "MINUTES",
        Mmddyy = "MMDDYY",
        Mmddyyyy = "MMDDYYYY",
        Monthofyear = "MONTHOFYEAR",
        Newpassword = "NEWPASSWORD",
        Newphrase = "NEWPHRASE",
        Newphraselen = "NEWPHRASELEN",
        Nodata = "NODATA",
        Nodump = "NODUMP",
        Nohandle = "NOHANDLE",
        Outtoken = "OUTTOKEN",
        Outtokenlen = "OUTTOKENLEN",
        Passticket = "PASSTICKET",
        Password = "PASSWORD",
        Phrase = "PHRASE",
        Phraselen = "PHRASELEN",
        Program = "PROGRAM",
        Queue = "QUEUE",
        Resp = "RESP",
        Resp2 = "RESP2",
        Returnprog = "RETURNPROG",
        Seconds = "SECONDS",
        Set = "SET",
        Startcode = "STARTCODE",
        Sysid = "SYSID",
        Td = "TD",
        Time = "TIME",
        Timesep = "TIMESEP",
        Token = "TOKEN",
        Tokenlen = "TOKENLEN",
        Tokentype = "TOKENTYPE",
        Transid = "TRANSID",
        Userid = "USERID",
        Year = "YEAR",
        Yyddd = "YYDDD",
        Yyddmm = "YYDDMM",
        Yymmdd = "YYMMDD",
        Yyyyddd = "YYYYDDD",
        Yyyyddmm = "YYYYDDMM",
        Yyyymmdd = "YYYYMMDD",
    }
}

words! {
    /// A CICS-value data area value. Each can also be written alone, as an option.
    Cvda {
        Base64 = "BASE64",
        Basicauth = "BASICAUTH",
        Bit = "BIT",
        Char = "CHAR",
        Jwt = "JWT",
        Kerberos = "KERBEROS",
    }
}

impl Cvda {
    /// The option that means the same when it is written alone.
    pub const fn keyword(self) -> Opt {
        match self {
            Cvda::Base64 => Opt::Base64,
            Cvda::Basicauth => Opt::Basicauth,
            Cvda::Bit => Opt::Bit,
            Cvda::Char => Opt::Char,
            Cvda::Jwt => Opt::Jwt,
            Cvda::Kerberos => Opt::Kerberos,
        }
    }

    /// The fullword that stands for the value in a data area.
    ///
    /// The product's numbers are not at hand and no message shows them; these are the model's own.
    pub const fn number(self) -> i32 {
        9001 + self as i32
    }

    /// The value that a fullword stands for.
    pub fn from_number(number: i64) -> Option<Cvda> {
        Cvda::ALL.iter().copied().find(|value| i64::from(value.number()) == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again_and_unique() {
        for verb in Verb::ALL {
            assert_eq!(Verb::find(verb.word()), Some(*verb));
            assert_eq!(verb.object().is_some(), verb.word().contains(' '), "{verb:?}");
        }
        for opt in Opt::ALL {
            assert_eq!(Opt::find(opt.word()), Some(*opt));
        }
        assert_eq!(Opt::find("token"), None);
    }

    #[test]
    fn a_value_and_its_keyword_share_the_word_and_numbers_come_back() {
        for value in Cvda::ALL {
            assert_eq!(value.word(), value.keyword().word());
            assert_eq!(Cvda::from_number(i64::from(value.number())), Some(*value));
        }
        assert_eq!(Cvda::from_number(9000), None);
        assert_eq!(Cvda::from_number(9007), None);
    }
}
