/// A configuration made ready for an engine (``ELINEngine/apply(_:now:)``), on whatever thread that is: for ten thousand
/// places it takes longer than calls should wait.
public struct ELINTables: Equatable, Sendable {
    public let configuration: ELINConfiguration
    let table: NumberTable
    let pools: PoolTable

    public init(_ configuration: ELINConfiguration) {
        self.init(configuration, NumberTable(configuration), PoolTable(configuration.pools))
    }

    init(_ configuration: ELINConfiguration, _ table: NumberTable, _ pools: PoolTable) {
        self.configuration = configuration
        self.table = table
        self.pools = pools
    }
}
