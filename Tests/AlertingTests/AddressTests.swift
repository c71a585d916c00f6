import Alerting
import Testing

/// What can stand as an address of a recipient.
@Suite struct AddressTests {
    @Test(
        arguments: [
            ("udp://log.example.com", "log.example.com", 514, false), ("tcp://192.0.2.9", "192.0.2.9", 601, true),
            ("tcp://[2001:db8::9]:6514", "2001:db8::9", 6514, true), ("udp://[2001:DB8::9]", "2001:db8::9", 514, false),
            ("udp://192.0.2.9:1514", "192.0.2.9", 1514, false),
        ] as [(String, String, UInt16, Bool)])
    func logServersAreRead(_ text: String, _ host: String, _ port: UInt16, _ isStream: Bool) throws {
        let address = try #require(SyslogAddress(text))
        #expect(address.host == host && address.port == port && address.isStream == isStream)
    }

    @Test(arguments: [
        "", "192.0.2.9", "http://192.0.2.9", "udp://", "udp://:514", "udp://h:", "udp://h:0", "udp://h:x",
        "tcp://a b:1",
        "udp://192.0.2.9:514/", "udp://2001:db8::9", "udp://[2001:db8::9", "udp://[x]", "udp://[192.0.2.9]",
        "udp://[::1]x",
        "udp://h:70000", "udp://h\r\n",
    ])
    func otherTextIsNoLogServer(_ text: String) {
        #expect(SyslogAddress(text) == nil)
    }

    @Test(
        arguments: [
            ("https://example.com/a?b=c", "https://example.com/a?b=c", .plain),
            ("http://[::1]:8080", "http://[::1]:8080", .plain),
            ("slack+https://hooks.slack.com/x", "https://hooks.slack.com/x", .slack),
            ("teams+http://h/", "http://h/", .teams),
        ] as [(String, String, WebhookAddress.Form)])
    func webhooksAreRead(_ text: String, _ url: String, _ form: WebhookAddress.Form) throws {
        let address = try #require(WebhookAddress(text))
        #expect(address.url == url && address.form == form)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com/", "https://", "https:///x", "https://?x", "http://a b/",
        "https://example.com/ ",
        "mail+https://x", "plain+https://x", "https://example.com/al\u{e9}rts", "https://a\r\nb",
    ])
    func otherTextIsNoWebhook(_ text: String) {
        #expect(WebhookAddress(text) == nil)
    }
}
