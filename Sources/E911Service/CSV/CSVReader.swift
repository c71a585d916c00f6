/// Reads comma-separated values (RFC 4180) as they come, piece by piece.
///
/// Rows end by CRLF, LF or CR; the last one needs no end. Blank rows are skipped. A field in double quotes may hold
/// separators, line breaks and, doubled, quotes. The text is UTF-8, with or without a byte order mark. Spreadsheets of
/// some countries write `;` or a tabulator where RFC 4180 has a comma: the first of the three that stands outside of
/// quotes separates all fields.
///
/// Memory is that of one row. What is no CSV is an error that says where; nothing traps.
public struct CSVReader: Sendable {
    private enum State: Sendable {
        /// At the start of a field.
        case start
        /// In a field without quotes.
        case plain
        /// In a field with quotes, behind the first one.
        case quoted
        /// Behind a quote in such a field: it ends here, or the next octet is a quote too.
        case closing
    }

    private let limits: CSVLimits
    private var state = State.start
    private var separator: UInt8?
    private var octets = 0
    private var field: [UInt8] = []
    private var fields: [String] = []
    /// The first octets, until it is known whether they are a byte order mark.
    private var opening: [UInt8]? = []
    private var isBehindReturn = false
    private var line = 1
    private var row = 1
    /// Where the row, and where the field in quotes, begins.
    private var rowLine = 1
    private var quoteLine = 1

    public init(limits: CSVLimits = CSVLimits()) {
        self.limits = limits
    }

    /// Reads on. `body` gets each row that has ended.
    ///
    /// - Throws: ``CSVError``; the reader is of no use behind it.
    public mutating func read(_ piece: Span<UInt8>, _ body: (CSVRecord) -> Void) throws(CSVError) {
        octets += piece.count
        guard octets <= limits.octets else {
            throw fault("the text is longer than \(limits.octets) octets", "several files, one after the other")
        }
        for index in piece.indices { try open(piece[index], body) }
    }

    /// The text has ended: the last row may have no line break.
    ///
    /// - Throws: ``CSVError`` when it ends within quotes.
    public mutating func finish(_ body: (CSVRecord) -> Void) throws(CSVError) {
        try judgeOpening(body)
        if state == .quoted {
            line = quoteLine
            throw fault("the quote that begins here is never closed", "a quote behind the field")
        }
        if state != .start || !fields.isEmpty { try endRow(body) }
    }

    // MARK: The first octets

    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    private mutating func open(_ octet: UInt8, _ body: (CSVRecord) -> Void) throws(CSVError) {
        guard var first = opening else { return try take(octet, body) }
        first.append(octet)
        opening = first
        if first.count == 3 || !Self.mark.starts(with: first) && first.count >= 2 { try judgeOpening(body) }
    }

    private mutating func judgeOpening(_ body: (CSVRecord) -> Void) throws(CSVError) {
        guard let first = opening else { return }
        opening = nil
        if first.starts(with: [0xff, 0xfe]) || first.starts(with: [0xfe, 0xff]) {
            throw fault("the text is UTF-16", "saved as UTF-8")
        }
        if first == Self.mark { return }
        for octet in first { try take(octet, body) }
    }

    // MARK: Octets

    private mutating func take(_ octet: UInt8, _ body: (CSVRecord) -> Void) throws(CSVError) {
        let wasBehindReturn = isBehindReturn
        isBehindReturn = octet == Self.carriageReturn
        if octet == Self.lineFeed, wasBehindReturn {
            // The second half of a line break that has been counted.
            if state == .quoted { try append(octet) }
            return
        }
        switch state {
        case .start where octet == Self.quote:
            state = .quoted
            quoteLine = line
        case .quoted where octet == Self.quote:
            state = .closing
        case .quoted:
            if Self.isLineBreak(octet) { line += 1 }
            try append(octet)
        case .closing where octet == Self.quote:
            state = .quoted
            try append(octet)
        case .start, .plain, .closing:
            try takeUnquoted(octet, body)
        }
    }

    private mutating func takeUnquoted(_ octet: UInt8, _ body: (CSVRecord) -> Void) throws(CSVError) {
        if isSeparator(octet) {
            separator = octet
            try endField()
        } else if Self.isLineBreak(octet) {
            try endLine(body)
        } else if state == .closing {
            throw fault("there is text behind the closing quote", "a quote within a field doubled")
        } else if octet == Self.quote {
            throw fault(
                "there is a quote within a field that does not begin with one",
                "the field in quotes, with this one doubled")
        } else if octet == 0 {
            throw fault("there is an octet of zero: the text is UTF-16, or no text", "saved as UTF-8")
        } else {
            state = .plain
            try append(octet)
        }
    }

    private func isSeparator(_ octet: UInt8) -> Bool {
        if let separator { return octet == separator }
        return octet == UInt8(ascii: ",") || octet == UInt8(ascii: ";") || octet == UInt8(ascii: "\t")
    }

    private mutating func append(_ octet: UInt8) throws(CSVError) {
        guard field.count < limits.fieldOctets else {
            throw fault("the field is longer than \(limits.fieldOctets) octets", "less, or the quote that closes it")
        }
        field.append(octet)
    }

    // MARK: Fields and rows

    private mutating func endField() throws(CSVError) {
        guard fields.count < limits.columns else {
            throw fault("there are more than \(limits.columns) columns", "the columns of the table")
        }
        guard let text = String(validating: field, as: UTF8.self) else {
            throw fault("the field is not UTF-8", "the file saved as UTF-8")
        }
        fields.append(text)
        field.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endLine(_ body: (CSVRecord) -> Void) throws(CSVError) {
        if state == .start, fields.isEmpty {
            try countRow()
        } else {
            try endRow(body)
        }
        line += 1
        rowLine = line
    }

    private mutating func endRow(_ body: (CSVRecord) -> Void) throws(CSVError) {
        try endField()
        let record = CSVRecord(line: rowLine, row: row, fields: fields)
        fields.removeAll(keepingCapacity: true)
        try countRow()
        body(record)
    }

    private mutating func countRow() throws(CSVError) {
        guard row <= limits.rows else {
            throw fault("there are more than \(limits.rows) rows", "several files, one after the other")
        }
        row += 1
    }

    private func fault(_ reason: String, _ remedy: String) -> CSVError {
        CSVError(line: line, row: row, column: fields.count + 1, reason: reason, remedy: remedy)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13

    private static func isLineBreak(_ octet: UInt8) -> Bool { octet == lineFeed || octet == carriageReturn }
}
