using CsvHelper;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

/// <summary>The program's CSV as rows by column name.</summary>
internal static class Csv
{
    public static List<Dictionary<string, string>> Read(string text, bool skipEmptyLines = true)
    {
        using var reader = CsvReader.FromText(text, new CsvReaderOptions { Separator = ',', SkipEmptyLines = skipEmptyLines });
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read()) rows.Add(reader.Headers.ToDictionary(name => name, reader.GetString));
        return rows;
    }

    /// <summary>The three ids of a row.</summary>
    public static (string OpenId, string UnionId, string UserId) Ids(this Dictionary<string, string> row) => (row["open_id"], row["union_id"], row["user_id"]);
}
