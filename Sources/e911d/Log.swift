#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Foundation
    import Logging
    import SIPTransport

    /// Notes as log lines on standard error: static messages, data in metadata, personal data at debug only.
    struct Log: Sendable {
        private let logger: Logger
        private let showsPersonalData: Bool

        init(_ configuration: DaemonConfiguration.Log) {
            let format = configuration.format
            var logger = Logger(label: "e911d") { _ in LineHandler(isJSON: format == .json) }
            logger.logLevel = Logger.Level(rawValue: configuration.level.rawValue) ?? .info
            self.logger = logger
            showsPersonalData = logger.logLevel <= .debug
        }

        @Sendable func write(_ note: Note) {
            let level: Logger.Level =
                switch note.level {
                case .debug: .debug
                case .info: .info
                case .notice: .notice
                case .alarm: .warning
                }
            guard level >= logger.logLevel else { return }
            var metadata: Logger.Metadata = ["code": "\(note.code)"]
            for field in note.fields where !field.value.isEmpty && (showsPersonalData || !field.isPersonal) {
                metadata[field.name] = "\(field.value)"
            }
            logger.log(level: level, "\(note.text)", metadata: metadata)
        }

        @Sendable func write(_ note: TransportNote) {
            logger.notice("The transport has trouble", metadata: ["code": "transport", "what": "\(note)"])
        }
    }

    /// One line a message, as text or as JSON.
    private struct LineHandler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        let isJSON: Bool

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let time = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            let fields = (event.metadata ?? [:]).map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
            let line: String
            if isJSON {
                var object = Dictionary(uniqueKeysWithValues: fields)
                object["time"] = "\(time)"
                object["level"] = event.level.rawValue
                object["message"] = "\(event.message)"
                let octets = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
                line = String(decoding: octets ?? Data(), as: UTF8.self)
            } else {
                let data = fields.map { "\($0.0)=\($0.1.utf8.contains(UInt8(ascii: " ")) ? "\"\($0.1)\"" : $0.1)" }
                    .joined(separator: " ")
                line = "\(time) \(event.level.rawValue) \(event.message) \(data)"
            }
            printError(line)
        }
    }
#endif
