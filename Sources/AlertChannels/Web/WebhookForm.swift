#if Daemon
    import Alerting
    import Foundation

    /// What the body of a webhook looks like.
    extension WebhookAddress.Form {
        /// `nil` if it cannot be written.
        func body(of delivery: Delivery) -> [UInt8]? {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data: Data? =
                switch self {
                case .plain: try? encoder.encode(PlainAlert(delivery))
                case .slack: try? encoder.encode(SlackMessage(delivery.message))
                case .teams: try? encoder.encode(TeamsMessage(delivery.message))
                }
            return data.map { [UInt8]($0) }
        }
    }

    /// Version 1 of our own form. Members may be added to it; none is taken away or changes its meaning.
    private struct PlainAlert: Encodable {
        let schema = "e911d.alert/1"
        /// The same with each attempt to deliver it.
        let id: String
        let reason: String
        let recipient: String
        let subject: String
        let text: String
        let fields: [String: String]

        init(_ delivery: Delivery) {
            id = delivery.messageID
            reason = "\(delivery.reason)"
            recipient = delivery.recipient
            subject = delivery.message.subject
            text = delivery.message.text
            fields = Dictionary(delivery.message.fields.map { ($0.name, $0.value) }) { first, _ in first }
        }
    }

    /// Plain texts throughout, in which Slack reads no markup: what a caller calls himself cannot become a link.
    private struct SlackMessage: Encodable {
        struct Text: Encodable {
            let type = "plain_text"
            let emoji = false
            let text: String
        }

        struct Block: Encodable {
            let type: String
            let text: Text
        }

        /// Slack's limits, in units of UTF-16.
        private static let (header, section) = (150, 3000)

        /// For notifications, and where blocks are not shown; `mrkdwn` is off.
        let text: String
        let mrkdwn = false
        let blocks: [Block]

        init(_ message: RenderedMessage) {
            // Slack reads these three even in a plain text.
            text =
                message.subject.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            let title = message.subject.pieces(Self.header).first ?? ""
            blocks =
                [Block(type: "header", text: Text(text: title))]
                + message.text.pieces(Self.section).map { Block(type: "section", text: Text(text: $0)) }
        }
    }

    /// An Adaptive Card of text runs, in which Teams reads no markup.
    private struct TeamsMessage: Encodable {
        struct Attachment: Encodable {
            let contentType = "application/vnd.microsoft.card.adaptive"
            let content: Card
        }

        struct Card: Encodable {
            let type = "AdaptiveCard"
            let version = "1.4"
            let body: [Block]
        }

        struct Block: Encodable {
            let type = "RichTextBlock"
            let inlines: [Run]
        }

        struct Run: Encodable {
            let type = "TextRun"
            let text: String
            var size: String?
            var weight: String?
            var color: String?
            var fontType: String?
        }

        let type = "message"
        let attachments: [Attachment]

        /// A card may have 28 KB, the names of its members included.
        private static let mostText = 16_384

        init(_ message: RenderedMessage) {
            let title = Run(text: message.subject, size: "large", weight: "bolder", color: "attention")
            var left = Self.mostText
            let lines = message.text.split(separator: "\n").prefix { line in
                left -= line.utf8.count + 60
                return left >= 0
            }.map { Block(inlines: [Run(text: String($0), fontType: "monospace")]) }
            attachments = [Attachment(content: Card(body: [Block(inlines: [title])] + lines))]
        }
    }

    extension String {
        /// Cut into pieces of at most so many units of UTF-16, behind the last line end that fits where there is one; blank
        /// pieces are left out.
        func pieces(_ limit: Int) -> [String] {
            var pieces: [String] = []
            var rest = self[...]
            while !rest.isEmpty {
                var (end, units) = (rest.startIndex, 0)
                var lineEnd: Index?
                while end < rest.endIndex {
                    let count = rest[end].utf16.count
                    guard units + count <= limit || units == 0 else { break }
                    units += count
                    let next = rest.index(after: end)
                    if rest[end].isNewline { lineEnd = next }
                    end = next
                }
                if end < rest.endIndex, let lineEnd { end = lineEnd }
                let piece = rest[..<end].trimmingCharacters(in: .newlines)
                if !piece.isEmpty { pieces.append(piece) }
                rest = rest[end...]
            }
            return pieces
        }
    }
#endif
