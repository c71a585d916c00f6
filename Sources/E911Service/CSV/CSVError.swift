/// Why a text is no CSV, or more of it than is taken, and where.
public struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line in the file, from 1.
    public var line: Int
    /// The row as a spreadsheet counts, the header being row 1.
    public var row: Int
    /// The field in its row, from 1.
    public var column: Int
    /// What is wrong.
    public var reason: String
    /// What would be right.
    public var remedy: String

    /// `line LINE, row ROW, column COLUMN: REASON (REMEDY)`
    public var description: String { "line \(line), row \(row), column \(column): \(reason) (\(remedy))" }
}
