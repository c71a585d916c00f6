import E911Values
import Locations
import Testing

@Suite struct PresenceDocumentTests {
    @Test func anAnswerAsADocument() {
        let office = resolver([LocationRule(.bssid(BSSIDPattern("aa:bb:cc:dd:ee:*")!), location: "lab")])
        let evidence = DeviceEvidence(
            mac: mac("00:11:22:33:44:55"), dn: "2001", aor: "sip:2001@example.com",
            bssid: .init(mac("aa:bb:cc:dd:ee:01"), at: wall(-60)))
        let answer = office.resolve(evidence, default: "hq", now: wall(0))
        #expect(
            office.document(of: answer, for: evidence, now: wall(0)).xml == """
                <?xml version="1.0" encoding="UTF-8"?>
                <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" \
                xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" \
                xmlns:gbp="urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy" \
                xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" entity="sip:2001@example.com">
                  <dm:device id="device">
                    <gp:geopriv>
                      <gp:location-info>
                        <ca:civicAddress>
                          <ca:country>US</ca:country>
                          <ca:A1>IL</ca:A1>
                          <ca:A3>Chicago</ca:A3>
                          <ca:PRD>W</ca:PRD>
                          <ca:RD>Main</ca:RD>
                          <ca:STS>St</ca:STS>
                          <ca:HNO>102</ca:HNO>
                          <ca:FLR>1</ca:FLR>
                          <ca:PC>60601</ca:PC>
                          <ca:BLD>Annex</ca:BLD>
                          <ca:ROOM>114</ca:ROOM>
                        </ca:civicAddress>
                      </gp:location-info>
                      <gp:usage-rules>
                        <gbp:retransmission-allowed>true</gbp:retransmission-allowed>
                      </gp:usage-rules>
                      <gp:method>802.11</gp:method>
                    </gp:geopriv>
                    <dm:deviceID>mac:001122334455</dm:deviceID>
                    <dm:timestamp>2026-11-24T12:42:34.000Z</dm:timestamp>
                  </dm:device>
                </presence>

                """)
    }

    /// The schema of RFC 5139 is a sequence: a reader refuses elements in another order.
    @Test func theOrderIsThatOfTheSchema() {
        let schema = [
            "country", "A1", "A2", "A3", "A4", "A5", "A6", "PRM", "PRD", "RD", "STS", "POD", "POM", "RDSEC", "RDBR",
            "RDSUBBR", "HNO", "HNS", "LMK", "LOC", "FLR", "NAM", "PC", "BLD", "UNIT", "ROOM", "SEAT", "PLC", "PCN",
            "POBOX", "ADDCODE",
        ]
        let address = CivicAddress(CivicElement.allCases.reversed().map { ($0, "x") })
        let xml = PresenceDocument(entity: "sip:a@b", device: "sip:a@b", address: address, at: wall(0)).xml
        let written = xml.split(separator: "\n").compactMap { line -> String? in
            let line = line.drop { $0 == " " }
            guard line.hasPrefix("<ca:"), !line.contains("civicAddress") else { return nil }
            return String(line.dropFirst(4).prefix { $0 != ">" })
        }
        #expect(written == schema)
        #expect(!xml.contains("gp:method") && xml.contains("<ca:country>X</ca:country>"))
    }

    @Test func noTextBreaksTheDocument() {
        let nasty = "<&>\"' ]]> \u{0}\u{8}\t\n\r\u{b}\u{7f}\u{85}\u{fffe}\u{ffff} é😀"
        let xml = PresenceDocument(
            entity: "sip:\"a\"&<b>@c", device: nasty, address: CivicAddress([(.nam, nasty), (.rd, "")]), method: nasty,
            mayBeRetransmitted: false, retentionExpires: wall(60), at: wall(0)
        ).xml
        let text =
            "&lt;&amp;&gt;&quot;' ]]&gt; \u{fffd}\u{fffd}&#9;&#10;&#13;\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd} é😀"
        #expect(xml.contains("<ca:NAM>\(text)</ca:NAM>"))
        #expect(xml.contains("entity=\"sip:&quot;a&quot;&amp;&lt;b&gt;@c\""))
        #expect(xml.contains("<dm:deviceID>\(text)</dm:deviceID>") && !xml.contains("ca:RD"))
        #expect(xml.contains("<gbp:retransmission-allowed>false</gbp:retransmission-allowed>"))
        #expect(xml.contains("<gbp:retention-expiry>2026-11-24T12:44:34.000Z</gbp:retention-expiry>"))
        #expect(
            PresenceDocument(entity: "sip:a@b", device: "x", address: CivicAddress(), at: wall(0)).xml
                .contains("<ca:civicAddress/>"))
    }

    @Test func theMethodFollowsFromTheRule() {
        #expect(MatchedRule.rule(.port(SwitchPort(switch: "s", port: "p"))).method == "Wiremap")
        #expect(MatchedRule.rule(.prefix(prefix("10.0.0.0/8"))).method == "Manual")
        #expect(MatchedRule.rule(.device(.number("1"))).method == "Manual")
        #expect(MatchedRule.callServerDefault.method == nil && MatchedRule.offPremises(.publicAddresses).method == nil)
    }

    @Test func whoIsMeantFollowsFromWhatIsKnown() {
        func document(_ evidence: DeviceEvidence) -> PresenceDocument {
            let office = resolver([])
            return office.document(
                of: office.resolve(evidence, default: "hq", now: wall(0)), for: evidence, now: wall(0))
        }
        #expect(document(DeviceEvidence(dn: "2001")).entity == "tel:2001")
        #expect(document(DeviceEvidence()).entity == "pres:unknown@anonymous.invalid")
        #expect(document(DeviceEvidence(instance: "<urn:uuid:AA>")).device == "urn:uuid:aa")
        #expect(document(DeviceEvidence(aor: "sip:a@b")).device == "sip:a@b")
    }
}
