using IdentityGrpc.Chaos.Faults;

namespace IdentityGrpc.Chaos.Tests;

/// <summary>
/// The fault matrix of docs/faults.md, cell by cell: every key gets one answer in order, only right identities come out, the
/// reason or status is the right one, upstream calls stay within their bound, and once the platform is well all is answered.
/// </summary>
public abstract class FaultMatrixTests(ChaosBed bed, int part)
{
    protected static TheoryData<string> RowsOf(int part) => [.. FaultMatrix.Parts[part].Rows.Select(r => r.Name)];

    protected async Task RunAsync(string fault)
    {
        var result = await bed.TrialOf(FaultMatrix.Parts[part].Probe).RunAsync(FaultMatrix.Parts[part].Rows.Single(r => r.Name == fault), TestContext.Current.CancellationToken);

        Assert.True(result.Broken.Count == 0, $"{string.Join("; ", result.Broken)}. The caller got: {result.Received}; {result.Calls.Data} upstream calls.");
        Assert.InRange(result.Elapsed, TimeSpan.Zero, Bed.Patience);
    }
}

public class ResolveFaultTests(ChaosBed bed) : FaultMatrixTests(bed, 0), IClassFixture<ChaosBed>
{
    public static TheoryData<string> Faults => RowsOf(0);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Resolve_UnderFault_KeepsEveryPromise(string fault) => RunAsync(fault);
}

public class ConvertFaultTests(ChaosBed bed) : FaultMatrixTests(bed, 1), IClassFixture<ChaosBed>
{
    public static TheoryData<string> Faults => RowsOf(1);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Convert_UnderFault_KeepsEveryPromise(string fault) => RunAsync(fault);
}

public class MembersFaultTests(ChaosBed bed) : FaultMatrixTests(bed, 2), IClassFixture<ChaosBed>
{
    public static TheoryData<string> Faults => RowsOf(2);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Members_UnderFault_KeepsEveryPromise(string fault) => RunAsync(fault);
}

public class MembersOtherFaultTests(ChaosBed bed) : FaultMatrixTests(bed, 3), IClassFixture<ChaosBed>
{
    public static TheoryData<string> Faults => RowsOf(3);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Members_UnderFault_KeepsEveryPromise(string fault) => RunAsync(fault);
}
