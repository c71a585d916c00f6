import E911Values
import SIPCore
import Testing

@Suite struct ViaTests {
    @Test func partsAreRead() throws {
        let via = try Via(parsing: "SIP/2.0/TLS [2001:db8::1]:5061;rport;branch=z9hG4bKx;received=2001:db8::2;ttl=3")
        #expect(via.transport == "TLS" && via.transportKind == .tls)
        #expect(via.host == "2001:db8::1" && via.port == 5061)
        #expect(via.hostAddress == IPAddress("2001:db8::1"))
        #expect(via.rport == .empty && via.branch == "z9hG4bKx" && via.hasUniqueBranch)
        #expect(via.receivedAddress == IPAddress("2001:db8::2"))
        #expect(via.parameters["ttl"] == .some("3"))
        #expect(via.deviations == [])
    }

    @Test func blanksMayStandBetweenAllParts() throws {
        let via = try Via(parsing: "sip / 2.0 / udp  host.example : 5070 ; branch = z9hG4bK1 ; rport = 9")
        #expect(via.host == "host.example" && via.port == 5070)
        #expect(via.branch == "z9hG4bK1" && via.rport == .value(9) && via.transportKind == .udp)
    }

    @Test(arguments: [
        ("SIP/2.0/UDP h", 5060), ("SIP/2.0/TLS h", 5061), ("SIP/2.0/SCTP h", 5060), ("SIP/2.0/UDP h:9", 9),
    ])
    func portsHaveDefaults(text: String, port: UInt16) throws {
        #expect(try Via(parsing: SIPText(text)).effectivePort == port)
    }

    @Test(arguments: [nil, "", "z9hG4bK", "390skdjuw", "z9hG4b"])
    func branchesThatNameNoTransaction(branch: String?) throws {
        let via = try Via(parsing: SIPText("SIP/2.0/UDP h" + (branch.map { ";branch=\($0)" } ?? "")))
        #expect(!via.hasUniqueBranch)
        #expect(via.branch?.description == branch)
    }

    @Test(arguments: [
        "", "SIP/2.0/UDP", "SIP/2.0 h", "SIP/2.0/UDP ", "UDP h", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h:x",
        "SIP/2.0/UDP h:65536", "SIP/2.0/UDP h b", "SIP/2.0/UDP [::1", "SIP/2.0/UDP h;a=\"b", "SIP/2.0/UDP h, x",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: SIPParseError.self) { try Via(parsing: SIPText(text)) }
    }

    /// Found by fuzzing: the blanks behind it were part of it, until the Via was read again from its own text.
    @Test func aBranchThatOpensABracketEndsBeforeTheBlanks() throws {
        let via = try Via(parsing: "SIP/2.0/UDP h;branch=<b;c \t")
        #expect(via.branch == "<b;c")
        #expect(try Via(parsing: via.text).branch == via.branch)
    }

    @Test func anUnusableRportIsForgiven() throws {
        let via = try Via(parsing: "SIP/2.0/UDP h;rport=70000;branch=z9hG4bK1")
        #expect(via.rport == .empty && via.deviations == .rportUnusable)
    }

    /// RFC 3261 section 18.2.1 and RFC 3581 section 4.
    @Test(arguments: [
        ("SIP/2.0/UDP 192.0.2.1:5070;branch=b", "SIP/2.0/UDP 192.0.2.1:5070;branch=b"),
        ("SIP/2.0/UDP h;branch=b", "SIP/2.0/UDP h;received=192.0.2.1;branch=b"),
        ("SIP/2.0/UDP 10.0.0.1 ;rport ; branch=b", "SIP/2.0/UDP 10.0.0.1;received=192.0.2.1;rport=9999;branch=b"),
        ("SIP/2.0/UDP 192.0.2.1;rport", "SIP/2.0/UDP 192.0.2.1;received=192.0.2.1;rport=9999"),
        ("SIP/2.0/UDP 192.0.2.1;received=10.9.9.9;x=\"y\"", "SIP/2.0/UDP 192.0.2.1;x=\"y\""),
        ("SIP/2.0/UDP h;received=10.9.9.9;rport=1", "SIP/2.0/UDP h;received=192.0.2.1;rport=9999"),
        // A `<` that is never closed takes all that stands behind it.
        ("SIP/2.0/UDP h;rport;x=<y", "SIP/2.0/UDP h;received=192.0.2.1;rport=9999;x=<y"),
    ])
    func stampingNotesTheSource(text: String, stamped: String) throws {
        let source = try #require(Endpoint("192.0.2.1:9999"))
        let result = try Via(parsing: SIPText(text)).stamped(with: source)
        #expect(result.description == stamped)
        let again = try Via(parsing: result)
        #expect(again.port == (try Via(parsing: SIPText(text)).port))
        #expect(
            again.receivedAddress == source.address || again.hostAddress == source.address || again.rport == .absent)
    }
}
