#if Daemon
    import Dispatch
    import E911Service
    import E911Values
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    @Suite(.needsPostgres) struct PostgresStoreTests {
        let address: PostgresAddress

        init() throws { address = try PostgresPeer.shared.get().database() }

        @Test(arguments: NodeStoreSuite.cases)
        func conformsToThePort(_ conformance: NodeStoreSuite.Case) throws {
            let address = address
            try conformance.run(
                NodeStoreSuite { now, report in PostgresStore(address, node: "a", now: { now }, report: report) })
        }
    }
#endif
