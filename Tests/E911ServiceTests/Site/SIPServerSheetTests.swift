import E911Service
import E911Values
import SIPCore
import Testing

@Suite struct SIPServerSheetTests {
    private func option(_ name: String, _ object: Int, _ sheet: SIPServerSheet) -> String? {
        sheet.objects[object].options.first { $0.name == name }?.value
    }

    @Test func itSaysWhatTheSiteSays() throws {
        var site = try SiteConfiguration.sample()
        site.callServers[0].elinTimeout = 900
        site.callServers[0].fallbackTargets = ["sip:7911@198.51.100.5:5060", "sip:7911@198.51.100.6"]
        let listeners = [SIPTransportKind.udp, .tcp].map {
            NodeConfiguration.Listener(transport: $0, endpoint: Endpoint(IPAddress(v4: 0xc000_0214), 5060))
        }
        let sheets = SIPServerSheet.sheets(for: site, listeners: listeners)
        #expect(sheets.map(\.callServer) == site.callServers.map(\.name))
        let sheet = try #require(sheets.first)
        // The members are reached by TCP.
        #expect(option("contact", 0, sheet) == "sip:192.0.2.20:5060;transport=tcp")
        #expect(option("prefix", 0, sheet) == "911")
        #expect(option("emergency-device", 0, sheet) == "true")
        #expect(option("contact", 1, sheet) == "sip:198.51.100.5:5060")
        #expect(option("contact-list", 1, sheet) == "sip:198.51.100.6")
        #expect(option("prefix", 1, sheet) == "7911")
        #expect(option("prefix", 2, sheet) == "7933")
        #expect(option("subscription-event-allowed", 3, sheet) == "reg")
        #expect(option("subscription-max-body-size", 3, sheet) == "500000")
        #expect(option("sip-elin-timeout", 3, sheet) == "900")
        #expect(sheet.notes == [])
    }

    @Test func itSaysWhatToLookOutFor() throws {
        var site = try SiteConfiguration.sample()
        site.callServers[0].username = "911"
        site.callServers[0].members[0].transport = .udp
        let listener = NodeConfiguration.Listener(transport: .udp, endpoint: Endpoint(IPAddress(v4: 0), 5060))
        let sheet = try #require(SIPServerSheet.sheets(for: site, listeners: [listener]).first)
        #expect(option("contact", 0, sheet) == "sip:<the address of this machine>:5060")
        #expect(option("subscription-max-body-size", sheet.objects.count - 1, sheet) == "14336")
        #expect(sheet.notes.count == 3, "\(sheet.notes)")
    }
}
