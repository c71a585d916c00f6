#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import Testing

    @testable import AlertChannels

    @Suite struct MailHeaderTests {
        @Test(arguments: [
            ("security@example.com", true), ("a.b+c@[192.0.2.1]", false), ("a@b", true), ("", false), ("a", false),
            ("a@", false), ("@b", false), ("a@b@c", false), ("a\r\nb@c", false), ("a\u{7f}@b", false), ("a b@c", false),
            ("a@b c", false), ("<a@b>", false), ("a,b@c", false), ("zoë@exämple.com", true),
            (String(repeating: "a", count: 65) + "@b", false),
        ])
        func addresses(_ text: String, _ isOne: Bool) {
            #expect((MailAddress(text) != nil) == isOne)
        }

        @Test func shortASCIIStaysAsItIs() {
            #expect(HeaderText.field("Subject", "911 call from 1001") == "Subject: 911 call from 1001")
        }

        @Test(
            arguments: [
                ([], nil), (["250 ok"], "250 ok"), (["220 hi", "250-a", "250-b", "250 c"], "250 a b c"),
                (["250-old", "250 old", "550-x", "550 y"], "550 x y"), (["250"], "250 "), (["nonsense"], nil),
                (["550 no", "221 bye"], "550 no"), (["221 bye"], nil),
            ] as [([String], String?)])
        func theLastReplyIsFoundAmongItsLines(_ lines: [String], _ reply: String?) {
            #expect(SMTPResult.lastReply(lines)?.text == reply)
        }
    }
#endif
