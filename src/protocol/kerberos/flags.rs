//! Flags of tickets, options of requests; bit 0 is the most significant (RFC 4120 section 5.2.8).

/// Declares 32 flags, bit 0 the most significant, with names for people.
macro_rules! flags {
    ($(#[$meta:meta])* $type:ident { $($bit:literal $name:ident $word:literal $text:literal)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $type(pub u32);

        impl $type {
            $(#[doc = $text] pub const $name: $type = $type(1 << (31 - $bit));)*

            const WORDS: &'static [($type, &'static str)] = &[$(($type::$name, $word)),*];

            /// Whether all of `flags` are set.
            pub fn has(self, flags: $type) -> bool {
                self.0 & flags.0 == flags.0
            }

            /// These flags and `flags`.
            #[must_use]
            pub fn with(self, flags: $type) -> $type {
                $type(self.0 | flags.0)
            }

            /// The names of the set flags, `none` without any; unnamed bits are not shown.
            pub fn text(self) -> String {
                let set = Self::WORDS.iter().filter(|(flag, _)| self.has(*flag));
                let words: Vec<&str> = set.map(|(_, word)| *word).collect();
                if words.is_empty() { "none".to_owned() } else { words.join("+") }
            }
        }
    };
}

flags! {
    /// Flags of a ticket (RFC 4120 section 5.3).
    TicketFlags {
        1 FORWARDABLE "forwardable" "May be forwarded."
        2 FORWARDED "forwarded" "Was forwarded."
        3 PROXIABLE "proxiable" "May be proxied."
        4 PROXY "proxy" "Is a proxy."
        5 MAY_POSTDATE "may-postdate" "May be postdated."
        6 POSTDATED "postdated" "Is postdated."
        7 INVALID "invalid" "Must be validated by the KDC before use."
        8 RENEWABLE "renewable" "May be renewed."
        9 INITIAL "initial" "Comes from an AS exchange."
        10 PRE_AUTHENT "pre-authent" "The client was pre-authenticated."
        11 HW_AUTHENT "hw-authent" "The client was pre-authenticated by hardware."
        12 TRANSITED_CHECKED "transited-policy-checked" "The KDC has checked the path of realms."
        13 OK_AS_DELEGATE "ok-as-delegate" "The service is fit for delegation."
    }
}

flags! {
    /// What a client asks the KDC for (RFC 4120 section 5.4.1).
    KdcOptions {
        1 FORWARDABLE "forwardable" "A ticket that may be forwarded."
        2 FORWARDED "forwarded" "A ticket for another address."
        3 PROXIABLE "proxiable" "A ticket that may be proxied."
        4 PROXY "proxy" "A proxy ticket."
        5 ALLOW_POSTDATE "allow-postdate" "A ticket that may be postdated."
        6 POSTDATED "postdated" "A postdated ticket."
        8 RENEWABLE "renewable" "A renewable ticket."
        14 CNAME_IN_ADDL_TKT "cname-in-addl-tkt" "A ticket for the client of another ticket."
        15 CANONICALIZE "canonicalize" "Names may be replaced by canonical ones."
        16 REQUEST_ANONYMOUS "request-anonymous" "A ticket without the client's name."
        26 DISABLE_TRANSITED_CHECK "disable-transited-check" "The path of realms need not be checked."
        27 RENEWABLE_OK "renewable-ok" "A renewable ticket will do where a long one is refused."
        28 ENC_TKT_IN_SKEY "enc-tkt-in-skey" "A user-to-user ticket."
        30 RENEW "renew" "The ticket is to be renewed."
        31 VALIDATE "validate" "The postdated ticket is to be validated."
    }
}

flags! {
    /// Options of an AP-REQ (RFC 4120 section 5.5.1).
    ApOptions {
        1 USE_SESSION_KEY "use-session-key" "The ticket is under the session key of the server's own ticket."
        2 MUTUAL_REQUIRED "mutual-required" "The client demands an AP-REP."
    }
}
