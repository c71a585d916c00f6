/// One row of a CSV text.
public struct CSVRecord: Equatable, Sendable {
    /// The line in the file on which it begins, from 1. Differs from the row once a field has a line break in it.
    public var line: Int
    /// As a spreadsheet counts, from 1; blank rows count.
    public var row: Int
    public var fields: [String]

    public init(line: Int, row: Int, fields: [String]) {
        self.line = line
        self.row = row
        self.fields = fields
    }
}
