#if Daemon
    import Alerting
    import E911Service
    import E911Values

    /// A call as the API shows it. Times are milliseconds since 1970.
    struct CallView: Codable, Equatable {
        var key: String
        var time: Int64
        var kind: String
        var outcome: String
        var flags: [String]
        var callServer: String
        var source: String
        var callID: String
        var dialled: String
        var callerDN: String
        var callerName: String
        var device: String
        var deviceIP: String
        var deviceMAC: String
        var location: String
        var locationText: String
        var elinLocation: String
        var elinText: String
        var rule: String
        var elin: String?
        var status: Int
        var contact: String
        var otherPlaces: String
        var displacedDN: String
        /// Until when a callback reaches the caller; `nil` for no lease.
        var callbackUntil: Int64?

        init(_ call: CallRecord) {
            key = call.key.description
            time = call.time.milliseconds
            kind = call.kind.name
            outcome = "\(call.outcome)"
            flags = call.flags.names
            callServer = call.callServer
            source = call.source
            callID = call.callID
            dialled = call.dialled
            callerDN = call.callerDN
            callerName = call.callerName
            device = call.device
            deviceIP = call.deviceIP
            deviceMAC = call.deviceMAC
            location = call.location
            locationText = call.locationText
            elinLocation = call.elinLocation
            elinText = call.elinText
            rule = call.rule
            elin = call.elin?.description
            status = Int(call.status)
            contact = call.contact
            otherPlaces = call.otherPlaces
            displacedDN = call.displacedDN
            callbackUntil =
                call.leaseSeconds > 0 ? call.time.milliseconds + Int64(call.leaseSeconds) * 1000 : nil
        }
    }

    extension CallRecord.Flags {
        private static let all: [(CallRecord.Flags, String)] = [
            (.ambiguous, "ambiguous"), (.untrusted, "untrusted"), (.unlocated, "unlocated"),
            (.defaultELIN, "default-elin"), (.unrecorded, "unrecorded"), (.unknownCaller, "unknown-caller"),
            (.displaced, "displaced"), (.loop, "loop"), (.psapCallback, "psap-callback"), (.stale, "stale"),
            (.unexpectedNumber, "unexpected-number"), (.offPremises, "off-premises"),
        ]

        /// As the API writes them.
        var names: [String] { Self.all.filter { contains($0.0) }.map(\.1) }
    }

    /// An alert as the API shows it.
    struct AlertView: Codable, Equatable {
        struct Acknowledgement: Codable, Equatable {
            var by: String
            /// The recipient who that is, as far as it is known.
            var recipient: String?
            var at: Int64
            var comment: String

            init(_ acknowledgement: OutboxRecord.Acknowledgement) {
                by = acknowledgement.by
                recipient = acknowledgement.recipient
                at = acknowledgement.at.milliseconds
                comment = acknowledgement.comment
            }
        }

        struct Message: Codable, Equatable {
            struct Attempt: Codable, Equatable {
                var at: Int64
                var attempt: Int
                /// `delivered`, `temporary` or `permanent`.
                var result: String
                /// What the far side said, or why it failed.
                var text: String
            }

            var number: Int
            var channel: String
            var recipient: String
            var address: String
            var reason: String
            var state: String
            var attempts: [Attempt]
        }

        /// The key of its first call.
        var key: String
        var state: String
        var subject: String
        /// `TEST`, `AMBIGUOUS`…
        var labels: [String]
        var isTest: Bool
        var time: Int64
        var lastCall: Int64
        var calls: Int
        var callerDN: String
        var callerName: String
        var elin: String?
        var place: String
        var psapSees: String
        var otherPlaces: String
        var rule: String
        var callServer: String
        /// The location and what contains it, the outermost first.
        var locationPath: [String]
        var reminders: Int
        /// The one after which nobody has to acknowledge any more.
        var acknowledgement: Acknowledgement?
        /// All of them: where all have to acknowledge, several.
        var acknowledgements: [Acknowledgement]
        var messages: [Message]

        init(_ record: OutboxRecord) {
            let alert = record.alert
            key = record.key.description
            state = "\(record.state)"
            subject = record.message(on: .screenPop).subject
            labels = alert.flags.labels
            isTest = alert.isTest
            time = alert.time.milliseconds
            lastCall = record.lastCall.milliseconds
            calls = record.count
            callerDN = alert.callerDN
            callerName = alert.callerName
            elin = alert.elin?.description
            place = alert.placeText
            psapSees = alert.psapText
            otherPlaces = alert.otherPlaces
            rule = alert.rule
            callServer = alert.callServer
            locationPath = alert.locationPath
            reminders = record.reminders
            acknowledgement = record.acknowledgement.map { Acknowledgement($0) }
            acknowledgements = record.acknowledgements.map { Acknowledgement($0) }
            messages = record.deliveries.map { Message($0) }
        }
    }

    extension AlertView.Message {
        init(_ delivery: DeliveryRecord) {
            number = Int(delivery.number)
            channel = delivery.channel.rawValue
            recipient = delivery.recipient
            // Whoever has the address of a webhook may post to it.
            address = delivery.channel == .webhook ? Self.host(of: delivery.address) : delivery.address
            reason = "\(delivery.reason)"
            state = "\(delivery.state)"
            attempts = delivery.log.map { entry in
                let (result, text) =
                    switch entry.result {
                    case .delivered(let answer): ("delivered", answer)
                    case .temporary(let reason): ("temporary", reason)
                    case .permanent(let reason): ("permanent", reason)
                    }
                return Attempt(at: entry.at.milliseconds, attempt: entry.attempt, result: result, text: text)
            }
        }

        private static func host(of url: String) -> String {
            let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
            return parts.count > 1 ? "\(parts[0])//\(parts[1])/…" : url
        }
    }

    /// An entry of the audit log.
    struct AuditView: Codable, Equatable {
        var key: String
        var time: Int64
        var who: String
        var action: String
        var detail: String
        var source: String
        /// What was before and after: a list of changes; absent where nothing was compared.
        var changes: JSONValue?
        /// Hexadecimal digits; empty for entries of before the chain.
        var hash: String

        init(_ record: AuditRecord, hash: [UInt8] = []) {
            key = record.key.description
            time = record.key.time.milliseconds
            who = record.who
            action = record.action
            detail = record.detail
            source = record.source
            changes = record.changes.isEmpty ? nil : try? JSON.read(JSONValue.self, Array(record.changes.utf8))
            self.hash = hash.hex
        }
    }

    struct Page<Entry: Encodable>: Encodable {
        var items: [Entry]
        /// What to give as `after` for the next page; absent at the end.
        var next: String?
    }
#endif
