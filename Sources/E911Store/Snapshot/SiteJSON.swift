#if Daemon
    import E911Service
    import Foundation

    /// The site as JSON, the same octets for the same site.
    enum SiteJSON {
        static func encode(_ site: SiteConfiguration) throws(StoreError) -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                return [UInt8](try encoder.encode(site))
            } catch {
                throw StoreError(.damaged, "the site cannot be written as JSON: \(error)")
            }
        }

        static func decode(_ octets: [UInt8], from name: String) throws(StoreError) -> SiteConfiguration {
            do {
                return try JSONDecoder().decode(SiteConfiguration.self, from: Data(octets))
            } catch {
                throw StoreError(.damaged, "\(name) holds no site: \(error)")
            }
        }
    }
#endif
