// History of a target: readings as a line, the target value as a labelled line, the forecast with its width.
// Data stand in a JSON block of the page; colours come from the style sheet, so charts and lists agree.
export function startCharts() {
  const place = document.querySelector("[data-chart]");
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const script = document.createElement("script");
  script.src = place.dataset.library;
  script.addEventListener("load", () => draw(place, data));
  document.head.append(script);
}

function draw(place, data) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const unit = data.unit || "";
  const series = [{
    type: "line",
    name: "读数",
    data: data.points,
    symbolSize: 7,
    lineStyle: { color: colour("--jade"), width: 2 },
    itemStyle: { color: colour("--jade") },
    markLine: data.goal === null ? undefined : {
      symbol: "none",
      silent: true,
      label: { formatter: `目标 ${data.goal_text}`, position: "insideStartTop", color: colour("--ink") },
      lineStyle: { color: colour("--ink"), type: "solid", width: 1.5 },
      data: [{ yAxis: data.goal }],
    },
  }];
  if (data.forecast && data.points.length) {
    const [due, value, width] = data.forecast;
    series.push({
      type: "line",
      name: "预计",
      data: [data.points[data.points.length - 1], [due, value]],
      symbol: "emptyCircle",
      lineStyle: { color: colour("--ochre-bar"), type: "dashed" },
      itemStyle: { color: colour("--ochre-bar") },
      label: { show: true, formatter: (item) => (item.dataIndex === 1 ? `预计 ${value} ±${width}` : ""), position: "left", color: colour("--ochre") },
    });
  }
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: style.getPropertyValue("--tblr-font-sans-serif"), fontSize: 13 },
    grid: { left: 60, right: 24, top: 34, bottom: 36 },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => (unit === "比" ? `${value}:1` : `${value} ${unit}`) },
    xAxis: { type: "time", axisLabel: { formatter: "{yyyy}-{MM}-{dd}", hideOverlap: true } },
    yAxis: { type: "value", name: unit ? `单位：${unit}` : "", scale: true, nameTextStyle: { align: "left" }, min: (range) => bound(range.min, data, Math.min, Math.floor), max: (range) => bound(range.max, data, Math.max, Math.ceil) },
    series,
  });
  window.addEventListener("resize", () => chart.resize());
}

// Axis ends: wide enough for the target line, on a round figure where the unit is per cent.
function bound(end, data, widen, round) {
  const wide = data.goal === null ? end : widen(end, data.goal);
  return data.unit === "%" ? Math.min(100, Math.max(0, round(wide / 10) * 10)) : wide;
}
