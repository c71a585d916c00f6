#if Daemon
    import Testing

    @testable import E911Store

    @Suite struct StoredTextTests {
        @Test(arguments: ["", "a", "\0", "\u{1a}", "a\0\u{1a}0\u{1a}1\0\0", "\u{1a}1", "\u{1a}\u{1a}"])
        func aTextComesBackAsItWas(_ text: String) {
            let escaped = StoredText.escaped(text)
            #expect(!escaped.utf8.contains(0) && StoredText.unescaped(escaped) == text)
        }

        @Test(arguments: ["\u{1a}", "a\u{1a}b", "\u{1a}\u{1a}0"])
        func whatWasNeverWrittenIsReadAsItStands(_ text: String) {
            let wanted = text == "\u{1a}\u{1a}0" ? "\u{1a}\u{1a}0" : text
            #expect(StoredText.unescaped(text) == wanted)
        }
    }
#endif
