/// Something in a table that cannot be taken over, and where.
public struct TableProblem: Equatable, Sendable, Codable, CustomStringConvertible {
    /// The row as a spreadsheet counts, the header being row 1; `nil` for what another part of the site says to it.
    public var row: Int?
    /// The line in the file, from 1: another one than the row when fields have line breaks.
    public var line: Int?
    /// The name of the column; `nil` for the row as a whole.
    public var column: String?
    /// What is wrong.
    public var reason: String
    /// What would be right.
    public var remedy: String
    /// The table is taken all the same, but hardly does what was meant.
    public var isWarning: Bool

    public init(
        row: Int? = nil, line: Int? = nil, column: String? = nil, _ reason: String, remedy: String,
        isWarning: Bool = false
    ) {
        self.row = row
        self.line = line
        self.column = column
        self.reason = reason
        self.remedy = remedy
        self.isWarning = isWarning
    }

    /// `row ROW, column COLUMN: REASON (REMEDY)`
    public var description: String {
        let mark = isWarning ? "warning: " : ""
        let place = [row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap(\.self)
        return "\(mark)\(place.isEmpty ? "" : "\(place.joined(separator: ", ")): ")\(reason) (\(remedy))"
    }
}
