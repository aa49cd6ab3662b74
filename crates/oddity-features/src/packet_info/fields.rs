//! The numbers and categories that an Info text can hold, with the names of their columns.

/// Declares the variants of an enum with the name of the column of each.
macro_rules! columns {
    ($(#[$outer:meta])* $enum:ident { $($(#[$inner:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $enum {
            $($(#[$inner])* $variant,)*
        }

        impl $enum {
            /// All of them, in the order of the columns.
            pub const ALL: &'static [$enum] = &[$($enum::$variant),*];

            /// The name of the column.
            pub fn column(self) -> &'static str {
                match self {
                    $($enum::$variant => $name,)*
                }
            }
        }
    };
}
pub(crate) use columns;

columns! {
    /// A number of a packet. Where Wireshark has a display filter of the same meaning, the
    /// column bears its name.
    Field {
        /// Port of the sender, TCP or UDP.
        SourcePort = "srcport",
        /// Port of the receiver, TCP or UDP.
        DestinationPort = "dstport",
        /// TCP flag FIN, 0 or 1, as all flags.
        Fin = "tcp.flags.fin",
        /// TCP flag SYN.
        Syn = "tcp.flags.syn",
        /// TCP flag RST.
        Rst = "tcp.flags.reset",
        /// TCP flag PSH.
        Psh = "tcp.flags.push",
        /// TCP flag ACK.
        AckFlag = "tcp.flags.ack",
        /// TCP flag URG.
        Urg = "tcp.flags.urg",
        /// TCP flag ECE, which older versions print as ECN.
        Ece = "tcp.flags.ece",
        /// TCP flag CWR.
        Cwr = "tcp.flags.cwr",
        /// TCP flag AE, which older versions print as NS.
        AccurateEcn = "tcp.flags.ae",
        /// TCP sequence number, relative or not as the capture has it.
        Seq = "tcp.seq",
        /// TCP acknowledgement number.
        Ack = "tcp.ack",
        /// TCP window, scaled if Wireshark knew the scale.
        Win = "tcp.window_size",
        /// Bytes of TCP payload.
        TcpLen = "tcp.len",
        /// TCP urgent pointer.
        UrgentPointer = "tcp.urgent_pointer",
        /// TCP option: maximum segment size.
        Mss = "tcp.options.mss_val",
        /// TCP option: window scale, as the factor.
        Ws = "tcp.options.wscale.multiplier",
        /// TCP option: SACK permitted, 0 or 1.
        SackPerm = "tcp.options.sack_perm",
        /// TCP option: time stamp of the sender.
        TsVal = "tcp.options.timestamp.tsval",
        /// TCP option: echoed time stamp.
        TsEcr = "tcp.options.timestamp.tsecr",
        /// TCP option: number of selectively acknowledged blocks.
        SackBlocks = "tcp.options.sack.count",
        /// Which duplicate of an acknowledgement this is, from 1.
        DupAckNumber = "tcp.analysis.duplicate_ack_num",
        /// Bytes of UDP payload.
        UdpLen = "udp.len",
        /// TLS records: Client Hello; counted, as all records.
        ClientHello = "tls.client_hello",
        /// TLS records: Server Hello.
        ServerHello = "tls.server_hello",
        /// TLS records: Hello Retry Request.
        HelloRetryRequest = "tls.hello_retry_request",
        /// TLS records: certificates, their status, requests and verification.
        Certificate = "tls.certificate",
        /// TLS records: key exchange of either side.
        KeyExchange = "tls.key_exchange",
        /// TLS records: Server Hello Done.
        ServerHelloDone = "tls.server_hello_done",
        /// TLS records: New Session Ticket.
        NewSessionTicket = "tls.new_session_ticket",
        /// TLS records: any other message of a handshake, encrypted or not.
        OtherHandshake = "tls.other_handshake",
        /// TLS records: Change Cipher Spec.
        ChangeCipherSpec = "tls.change_cipher_spec",
        /// TLS records: Application Data.
        ApplicationData = "tls.application_data",
        /// TLS records: alerts, encrypted or not.
        Alert = "tls.alert",
        /// TLS records: continuation of data, unknown and encrypted data.
        ContinuationData = "tls.continuation_data",
        /// DNS: 1 for a response, 0 for a query.
        DnsResponse = "dns.flags.response",
        /// DNS: identifier of the exchange.
        DnsId = "dns.id",
        /// DNS: response code, 0 for no error.
        DnsRcode = "dns.flags.rcode",
        /// DNS: operation code, 0 for a standard query.
        DnsOpcode = "dns.flags.opcode",
        /// DNS: records and questions named in the text.
        DnsRecords = "dns.count",
        /// DNS: bytes of the first name, up to a space or comma.
        DnsNameLength = "dns.qry.name.len",
        /// HTTP: bytes of the target of a request.
        HttpUriLength = "http.request.uri.len",
        /// HTTP: status of a response.
        HttpStatus = "http.response.code",
        /// ICMP: identifier of an echo.
        IcmpId = "icmp.ident",
        /// ICMP: sequence number of an echo.
        IcmpSeq = "icmp.seq",
        /// ICMP: time to live, or hop limit.
        IcmpTtl = "icmp.ttl",
        /// CIP or EtherNet/IP: 1 for a response, 0 for a request.
        CipResponse = "cip.rr",
        /// CIP: general status of a response, 0 for success.
        CipStatus = "cip.genstat",
        /// CIP: code of the service.
        CipService = "cip.sc",
        /// CIP: code of the class of the object.
        CipClass = "cip.class",
        /// CIP: services named after a Multiple Service Packet.
        CipServices = "cip.msp.num_services",
        /// CIP: 1 within an Unconnected Send, else 0.
        CipUnconnected = "cip.unconnected",
        /// CIP I/O: identifier of the connection.
        CipConnection = "enip.cpf.sai.connid",
        /// CIP I/O: sequence number.
        CipSequence = "enip.cpf.sai.seq",
        /// EtherNet/IP: session handle.
        EnipSession = "enip.session",
    }
}

columns! {
    /// A category of a packet, from a list that is fixed. The first name of each list, `none`,
    /// is for packets that are not of the protocol.
    Choice {
        /// Type of the first record of a DNS message.
        DnsType = "dns.qry.type",
        /// Method of an HTTP request.
        HttpMethod = "http.request.method",
        /// Type of an ICMP or ICMPv6 message.
        IcmpType = "icmp.type",
        /// Operation of an ARP packet.
        ArpOperation = "arp.opcode",
        /// Command of an EtherNet/IP packet.
        EnipCommand = "enip.command",
    }
}

impl Choice {
    /// The names of the categories.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Choice::DnsType => DNS_TYPES,
            Choice::HttpMethod => HTTP_METHODS,
            Choice::IcmpType => ICMP_TYPES,
            Choice::ArpOperation => ARP_OPERATIONS,
            Choice::EnipCommand => ENIP_COMMANDS,
        }
    }

    /// The code of a name; `None` if the list does not have it.
    pub(super) fn code(self, name: &str) -> Option<u8> {
        let found = self.names().iter().skip(1).position(|known| *known == name)?;
        Some(found as u8 + 1)
    }

    /// The code of the last name, `other`.
    pub(super) fn other(self) -> u8 {
        self.names().len() as u8 - 1
    }
}

const DNS_TYPES: &[&str] = &[
    "none", "A", "AAAA", "PTR", "CNAME", "NS", "SOA", "SRV", "TXT", "MX", "HTTPS", "SVCB", "ANY",
    "NSEC", "NSEC3", "RRSIG", "DS", "DNSKEY", "NAPTR", "CAA", "OPT", "HINFO", "TLSA", "AXFR",
    "IXFR", "NULL", "other",
];

const HTTP_METHODS: &[&str] = &[
    "none",
    "GET",
    "POST",
    "PUT",
    "HEAD",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "CONNECT",
    "TRACE",
    "M-SEARCH",
    "NOTIFY",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "PROPFIND",
];

const ICMP_TYPES: &[&str] = &[
    "none",
    "Echo (ping) request",
    "Echo (ping) reply",
    "Destination unreachable",
    "Destination Unreachable",
    "Time-to-live exceeded",
    "Time Exceeded",
    "Redirect",
    "Router advertisement",
    "Router solicitation",
    "Timestamp request",
    "Timestamp reply",
    "Packet Too Big",
    "Parameter Problem",
    "Neighbor Solicitation",
    "Neighbor Advertisement",
    "Router Solicitation",
    "Router Advertisement",
    "Multicast Listener Report Message v2",
    "Multicast Listener Report",
    "Multicast Listener Query",
    "Multicast Listener Done",
];

const ARP_OPERATIONS: &[&str] =
    &["none", "who-has", "is-at", "gratuitous", "announcement", "probe"];

const ENIP_COMMANDS: &[&str] = &[
    "none",
    "NOP",
    "List Services",
    "List Identity",
    "List Interfaces",
    "Register Session",
    "Unregister Session",
    "Send RR Data",
    "Send Unit Data",
    "Indicate Status",
    "Cancel",
    "Connection",
];
