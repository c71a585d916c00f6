#if Daemon
    import Alerting
    import Foundation

    /// What the body of a webhook looks like.
    enum WebhookForm: String, CustomStringConvertible {
        /// Our own JSON, ``PlainAlert``.
        case plain
        /// An incoming webhook of Slack.
        case slack
        /// A workflow or an incoming webhook of Microsoft Teams.
        case teams

        var description: String { rawValue }

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
        let attempt: Int
        let reason: String
        let recipient: String
        let subject: String
        let text: String
        let fields: [String: String]

        init(_ delivery: Delivery) {
            id = delivery.id.description
            attempt = delivery.attempt
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

        /// Slack's limits, in characters.
        private static let (header, section) = (150, 3000)

        /// For notifications, and where blocks are not shown; `mrkdwn` is off.
        let text: String
        let mrkdwn = false
        let blocks: [Block]

        init(_ message: RenderedMessage) {
            // Slack reads these three even in a plain text.
            text =
                message.subject.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            let title =
                message.subject.count > Self.header
                ? message.subject.prefix(Self.header - 1) + "…" : message.subject[...]
            blocks =
                [Block(type: "header", text: Text(text: String(title)))]
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

        init(_ message: RenderedMessage) {
            let title = Run(text: message.subject, size: "large", weight: "bolder", color: "attention")
            let lines = message.text.split(separator: "\n").map { line in
                Block(inlines: [Run(text: String(line), fontType: "monospace")])
            }
            attachments = [Attachment(content: Card(body: [Block(inlines: [title])] + lines))]
        }
    }

    extension String {
        /// Cut behind line ends into pieces of at most so many characters; lines that are longer are cut too.
        fileprivate func pieces(_ limit: Int) -> [String] {
            var pieces: [String] = []
            var piece = ""
            for line in split(separator: "\n", omittingEmptySubsequences: false) {
                var rest = line[...]
                while !rest.isEmpty || rest.startIndex == line.startIndex {
                    let part = rest.prefix(limit - 1)
                    if piece.count + part.count >= limit {
                        pieces.append(piece)
                        piece = ""
                    }
                    piece += part + "\n"
                    rest = rest.dropFirst(part.count)
                    if part.isEmpty { break }
                }
            }
            let last = piece.trimmingCharacters(in: .newlines)
            return (pieces + (last.isEmpty ? [] : [last])).filter { !$0.allSatisfy(\.isNewline) }
        }
    }
#endif
