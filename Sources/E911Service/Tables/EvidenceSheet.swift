public import E911Values
public import Locations

/// The table `evidence`: where the network saw devices, a row each. It is no part of the site: its rows are given to a node
/// as an ``EvidenceBatch``.
public final class EvidenceSheet {
    /// What a file holds.
    public struct Outcome: Sendable {
        /// Empty if there is an error. Of several rows for one device and kind the latest.
        public var rows: [EvidenceSighting] = []
        public var problems: [TableProblem] = []
        public var problemsLeftOff = 0
        public var hasErrors = false
    }

    private static let columns: [TableColumn] = [
        .of("mac", "a MAC address", "00:11:22:33:44:55") { MACAddress($0)?.description }, TableColumn("dn"),
        TableColumn("instance"),
        .of("bssid", "a BSSID", "aa:bb:cc:dd:ee:01") { MACAddress($0)?.description }, TableColumn("switch"),
        TableColumn("port"),
        .of("at", isRequired: true, "a time", "2026-11-24T16:03:34Z") { WallTime($0)?.description },
    ]

    public static let table = "evidence"
    public static var columnNames: [String] { columns.map(\.name) }
    public static var requiredColumns: [String] { columns.filter(\.isRequired).map(\.name) }

    private let sheet: TableSheet
    private let source: String
    private let now: WallTime
    private var rows: [EvidenceSighting] = []
    private var position: [String: (index: Int, row: Int)] = [:]

    /// - Parameters:
    ///   - source: where the rows come from, for people.
    ///   - now: no row may be seen after it.
    public init(source: String, now: WallTime, limits: TableImport.Limits = TableImport.Limits()) {
        sheet = TableSheet(Self.columns, limits)
        self.source = source
        self.now = now
    }

    /// Reads on. Behind what is no CSV nothing more is read.
    public func read(_ piece: Span<UInt8>) {
        sheet.read(piece) { take($0, $1) }
    }

    /// The file has ended.
    public func finish() -> Outcome {
        sheet.finish { take($0, $1) }
        return Outcome(
            rows: sheet.errors == 0 ? rows : [], problems: sheet.sorted, problemsLeftOff: sheet.leftOff,
            hasErrors: sheet.errors > 0)
    }

    private func take(_ cells: [String], _ record: CSVRecord) {
        switch Self.sighting(cells, source) {
        case .failure(let fault): sheet.lose(record, fault)
        case .success(let sighting):
            if let problem = sighting.problems(row: record.row, now: now).first {
                let column = problem.field == .time ? "at" : nil
                return sheet.lose(
                    record, CellFault(column: column, reason: problem.reason, remedy: "what the network saw, and when"))
            }
            keep(sighting, record)
        }
    }

    private func keep(_ sighting: EvidenceSighting, _ record: CSVRecord) {
        let key = sighting.key
        guard let other = position[key] else {
            position[key] = (rows.count, record.row)
            return rows.append(sighting)
        }
        let known = rows[other.index]
        if known.at == sighting.at, known.attachment != sighting.attachment {
            return sheet.lose(
                record,
                CellFault(
                    reason: "row \(other.row) says \(known.attachment) of the same device at the same time",
                    remedy: "one place at a time"))
        }
        if known.at < sighting.at {
            rows[other.index] = sighting
            position[key] = (other.index, record.row)
        }
    }

    private static func sighting(_ cells: [String], _ source: String) -> Result<EvidenceSighting, CellFault> {
        let devices = [
            MACAddress(cells[0]).map { DeviceSelector.mac($0) }, cells[1].isEmpty ? nil : .number(cells[1]),
            cells[2].isEmpty ? nil : .instance(cells[2]),
        ].compactMap(\.self)
        guard let device = devices.first, devices.count == 1 else {
            return .failure(
                CellFault(
                    column: devices.isEmpty ? "mac" : nil,
                    reason: devices.isEmpty ? "the row names no device" : "the row names more than one device",
                    remedy: "one of mac, dn, instance"))
        }
        let hasPort = !cells[4].isEmpty || !cells[5].isEmpty
        let bssid = MACAddress(cells[3])
        guard hasPort != (bssid != nil) else {
            return .failure(
                CellFault(
                    reason: hasPort
                        ? "the row names an access point and a port" : "the row says not what it is attached to",
                    remedy: "bssid, or switch with port"))
        }
        guard let at = WallTime(cells[6]) else {
            return .failure(CellFault(column: "at", reason: "is empty", remedy: "when it was seen there"))
        }
        let attachment =
            bssid.map { EvidenceSighting.Attachment.accessPoint($0) }
            ?? .port(SwitchPort(switch: cells[4], port: cells[5]))
        return .success(EvidenceSighting(device: device, attachment: attachment, at: at, source: source))
    }

    // MARK: Out

    /// Writes the first row of a table.
    public static func begin(_ writer: inout CSVWriter) { writer.append(columnNames) }

    /// Writes a row.
    public static func append(_ sighting: EvidenceSighting, to writer: inout CSVWriter) {
        var cells = Array(repeating: "", count: columns.count)
        switch sighting.device {
        case .mac(let mac): cells[0] = mac.description
        case .number(let number): cells[1] = number
        case .instance(let instance): cells[2] = instance
        }
        switch sighting.attachment {
        case .accessPoint(let bssid): cells[3] = bssid.description
        case .port(let port): (cells[4], cells[5]) = (port.switch, port.port)
        }
        cells[6] = sighting.at.description
        writer.append(cells)
    }
}
