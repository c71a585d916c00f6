#if Daemon
    import E911Values
    import Foundation
    import Locations

    /// A sighting as a short list in JSON.
    enum EvidenceJSON {
        static func encode(_ sighting: EvidenceSighting) throws(StoreError) -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            do {
                return [UInt8](try encoder.encode(sighting))
            } catch {
                throw StoreError(.damaged, "a sighting cannot be written as JSON: \(error)")
            }
        }

        static func decode(_ octets: [UInt8], from name: String) throws(StoreError) -> EvidenceSighting {
            do {
                return try JSONDecoder().decode(EvidenceSighting.self, from: Data(octets))
            } catch {
                throw StoreError(.damaged, "\(name) holds a row that is no sighting: \(error)")
            }
        }
    }
#endif
